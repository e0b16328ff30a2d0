namespace ICAE.Lab;

/// <summary>Settings that contradict each other or ask for what this library, this machine or this model cannot do.</summary>
public sealed class ConfigurationException : IcaeException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which setting, its value, and the rule that it breaks.</param>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="message">Which setting, its value, and the rule that it breaks.</param>
    /// <param name="innerException">The cause.</param>
    public ConfigurationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
