using System.Diagnostics;
using System.Reflection;

namespace ICAE.Lab.Display.Tests;

/// <summary>What a notebook references, used by a process that has nothing else of this repository.</summary>
public sealed class NotebookFolderTests
{
    [Fact]
    public async Task A_script_that_loads_one_file_adds_two_tensors()
    {
        var output = await RunAsync("""
            #r "ICAE.Lab.Display.dll"
            using TorchSharp;
            var sum = torch.tensor(new[] { 1f, 2f }, device: torch.CPU) + torch.tensor(new[] { 10f, 20f }, device: torch.CPU);
            Console.WriteLine(string.Join(' ', sum.data<float>().ToArray()));
            Console.WriteLine(System.IO.Path.GetDirectoryName(typeof(torch).Assembly.Location));
            """);

        Assert.Equal(["11 22", Folder], output);
    }

    [Fact]
    public async Task A_script_that_loads_one_file_shows_a_tensor_and_a_figure()
    {
        var output = await RunAsync("""
            #r "ICAE.Lab.Display.dll"
            using TorchSharp;
            using ICAE.Lab.Charts;
            using ICAE.Lab.Display;
            using Microsoft.DotNet.Interactive.Formatting;
            Formatters.Register();
            var figure = Figures.TrainingCurves(new[] { new CurvePoint(0, "loss", 4), new CurvePoint(9, "loss", 1) }, "A run", "nats");
            Console.WriteLine(torch.zeros(2, 3, device: torch.CPU).ToDisplayString("text/html").Contains("float32 [2, 3] on cpu"));
            Console.WriteLine(figure.ToDisplayString("text/html").Contains("Line chart: A run."));
            """);

        Assert.Equal(["True", "True"], output);
    }

    private static string Folder => Metadata("NotebookFolder");

    private static async Task<string[]> RunAsync(string script)
    {
        var start = new ProcessStartInfo("dotnet", [Metadata("NotebookProbe"), Folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.StandardInput.WriteAsync(script);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);

            Assert.Equal("", await errors);
            Assert.Equal(0, process.ExitCode);
            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static string Metadata(string key) =>
        typeof(NotebookFolderTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!;
}
