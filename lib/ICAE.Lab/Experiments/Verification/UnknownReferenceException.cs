namespace ICAE.Lab.Experiments.Verification;

/// <summary>A path that holds no reference values of a known kind, or that cannot be checked with what was given.</summary>
public sealed class UnknownReferenceException : IcaeException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The path, and what is missing or unknown about it.</param>
    public UnknownReferenceException(string message)
        : base(message)
    {
    }
}
