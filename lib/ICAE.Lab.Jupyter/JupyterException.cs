namespace ICAE.Lab.Jupyter;

/// <summary>
/// The base of every error of this library that is not a fault of the program: its message says what is wrong, where, and why, in one line.
/// </summary>
public class JupyterException : Exception
{
    /// <summary>Creates an error with a message for the user.</summary>
    /// <param name="message">What is wrong, where, and why.</param>
    public JupyterException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error with a message for the user and the error that caused it.</summary>
    /// <param name="message">What is wrong, where, and why.</param>
    /// <param name="innerException">The cause.</param>
    public JupyterException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
