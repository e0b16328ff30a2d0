using System.CommandLine;

namespace ICAE.Lab.Cli;

/// <summary>One run of a command.</summary>
/// <param name="Arguments">What was given.</param>
/// <param name="Terminal">Where results and messages go.</param>
/// <param name="Cancellation">Stops the command.</param>
internal sealed record Invocation(ParseResult Arguments, Terminal Terminal, CancellationToken Cancellation);
