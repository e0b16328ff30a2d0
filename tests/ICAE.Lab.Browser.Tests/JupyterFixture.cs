namespace ICAE.Lab.Browser.Tests;

/// <summary>One Jupyter server for all tests, started when one asks for it.</summary>
public sealed class JupyterFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("icae-jupyter-").FullName;
    private JupyterServer? _server;
    private bool _kernelInstalled;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();

        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // What the server started may still write; the system removes temporary folders.
        }
    }

    /// <summary>The server, with Python's kernel; the test is skipped where either is missing.</summary>
    internal async Task<JupyterServer> WithPythonAsync()
    {
        Skip.IfNot(Classic.PythonMissing is null, Classic.PythonMissing);
        return await ServerAsync();
    }

    /// <summary>The server, with this repository's kernel installed and the repository's files around its notebooks; the test is skipped where either is missing.</summary>
    internal async Task<JupyterServer> WithCSharpAsync()
    {
        Skip.IfNot(Icae.HasKernel, "The C# kernel's program is not built.");
        var server = await ServerAsync();
        if (_kernelInstalled)
            return server;

        await Icae.RunAsync("kernel", "install", "--prefix", server.Prefix);
        foreach (var name in (string[])["artifacts", "datasets"])
            Directory.CreateSymbolicLink(Path.Combine(server.Root, name), Path.Combine(Icae.Repository, name));

        _kernelInstalled = true;
        return server;
    }

    private async Task<JupyterServer> ServerAsync()
    {
        Skip.If(Chromium.Program is null, Chromium.Missing);
        Skip.IfNot(Classic.Missing is null, Classic.Missing);
        return _server ??= await JupyterServer.StartAsync(_folder);
    }
}
