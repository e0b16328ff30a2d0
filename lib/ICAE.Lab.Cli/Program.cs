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

        // Whatever the system's own encoding: texts would lose letters in it, and JSON is UTF-8.
        if (Console.OutputEncoding is not UTF8Encoding)
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

        using var interruption = new Interruption();
        return await CommandLine.RunAsync(args, Console.Out, Console.Error, interruption.Token);
    }
}
