using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ICAE.Lab.Cli.Commands;

namespace ICAE.Lab.Cli;

/// <summary>The usual help, and examples of the command behind it.</summary>
/// <param name="help">The usual help.</param>
internal sealed class ExampleHelpAction(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not IcaeCommand { Examples.Count: > 0 } command)
            return result;

        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in command.Examples)
            output.WriteLine($"  {example}");

        output.WriteLine();
        return result;
    }
}
