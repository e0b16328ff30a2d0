namespace ICAE.Lab.Jupyter;

/// <summary>A kernel ended, or stopped answering, while something was asked of it.</summary>
public sealed class KernelDiedException : JupyterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which kernel, how it ended, and the end of what it wrote to standard error.</param>
    public KernelDiedException(string message)
        : base(message)
    {
    }
}
