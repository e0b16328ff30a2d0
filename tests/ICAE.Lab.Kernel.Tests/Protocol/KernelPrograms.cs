using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>The kernel as a program of its own.</summary>
internal static class KernelPrograms
{
    /// <summary>The name that notebooks know the kernel by.</summary>
    public const string Name = ".net-csharp";

    /// <summary>The spec of the program beside the tests.</summary>
    public static KernelSpec Spec(InterruptMode interrupt = InterruptMode.Message) => new()
    {
        Arguments = [Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", ProgramPath, "{connection_file}"],
        DisplayName = ".NET (C#)",
        Language = "C#",
        InterruptMode = interrupt,
    };

    /// <summary>Starts it in a folder.</summary>
    public static Task<KernelProcess> StartAsync(string folder, InterruptMode interrupt = InterruptMode.Message) =>
        KernelProcess.StartAsync(new KernelLaunch { Spec = Spec(interrupt), Name = Name, WorkingFolder = folder });

    /// <summary>Runs a cell.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="code">The cell.</param>
    /// <param name="published">Takes what it publishes.</param>
    /// <returns>How it ended.</returns>
    public static Task<ExecuteResult> RunAsync(this KernelProcess kernel, string code, Action<JupyterMessage>? published = null) =>
        kernel.Client.ExecuteAsync(new ExecuteRequest(code), published).WaitAsync(TimeSpan.FromMinutes(2));

    /// <summary>The plain text of a cell's value.</summary>
    public static async Task<string> ValueAsync(this KernelProcess kernel, string code)
    {
        var value = "";
        var result = await kernel.RunAsync(code, message => value = message.Type == "execute_result" ? message.Content["data"]!["text/plain"]!.ToString() : value);
        Assert.True(result.Succeeded, string.Join('\n', result.Traceback));
        return value;
    }

    private static string ProgramPath => Path.Combine(AppContext.BaseDirectory, "icae-kernel.dll");
}
