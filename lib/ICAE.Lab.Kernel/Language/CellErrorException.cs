namespace ICAE.Lab.Kernel.Language;

/// <summary>A cell cannot be run; the message says why to the user, and no stack trace would help.</summary>
internal sealed class CellErrorException : Exception
{
    public CellErrorException(string message)
        : base(message)
    {
    }

    public CellErrorException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
