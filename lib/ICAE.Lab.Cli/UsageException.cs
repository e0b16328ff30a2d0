namespace ICAE.Lab.Cli;

/// <summary>Arguments that parse, but that together ask for something that does not exist.</summary>
/// <param name="message">Which arguments, and the rule that they break.</param>
internal sealed class UsageException(string message) : IcaeException(message);
