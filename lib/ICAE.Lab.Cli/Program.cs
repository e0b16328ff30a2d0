using System.Text;

namespace ICAE.Lab.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        // Answered before anything else is loaded.
        if (args is ["--version"])
        {
            Console.Out.WriteLine(ProductVersion.Text);
            return ExitCodes.Ok;
        }

        if (OperatingSystem.IsWindows())
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

        using var interruption = new Interruption();
        return await CommandLine.RunAsync(args, Console.Out, Console.Error, interruption.Token);
    }
}
