using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Notebooks;

/// <summary>Something is wrong with a notebook; the message is one line that names the file, the place and the cause.</summary>
public sealed class NotebookException : JupyterException
{
    /// <summary>Creates an error.</summary>
    /// <param name="message">What is wrong, where, and why.</param>
    /// <param name="innerException">The cause.</param>
    public NotebookException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
