namespace ICAE.Lab;

/// <summary>
/// The base of every error that tells a user what is wrong with their files, settings or models. Its message is complete in itself:
/// it names what, where and why.
/// </summary>
public class IcaeException : Exception
{
    /// <summary>Creates an error with a message for the user.</summary>
    /// <param name="message">What is wrong, where, and why.</param>
    public IcaeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error with a message for the user and the error that caused it.</summary>
    /// <param name="message">What is wrong, where, and why.</param>
    /// <param name="innerException">The cause.</param>
    public IcaeException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
