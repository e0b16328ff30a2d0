using System.CommandLine;
using System.CommandLine.Invocation;

namespace ICAE.Lab.Cli;

/// <summary>Prints the version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(ProductVersion.Text);
        return ExitCodes.Ok;
    }
}
