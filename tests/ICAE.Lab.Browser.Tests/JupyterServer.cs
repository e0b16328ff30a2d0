using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Browser.Tests;

/// <summary>
/// A classic Jupyter Notebook server on this machine alone, with a token and with all of its own files in one folder. It ends with this process,
/// however that ends.
/// </summary>
internal sealed class JupyterServer : IAsyncDisposable
{
    // The server ends when the pipe to its shell is closed.
    private const string UntilClosed = "\"$0\" \"$@\" </dev/null & server=$!; cat >/dev/null; kill -TERM \"$server\"; wait \"$server\"";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan End = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly string _folder;
    private readonly string _token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private Uri _address = new("http://127.0.0.1/");

    private JupyterServer(string program, string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Notebooks);
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", UntilClosed, program, "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={FreePort()}", $"--notebook-dir={Root}", "--NotebookApp.use_redirect_file=False"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var (name, place) in ((string, string)[])[("HOME", "home"), ("JUPYTER_DATA_DIR", "data"), ("JUPYTER_CONFIG_DIR", "config"), ("JUPYTER_RUNTIME_DIR", "runtime"), ("IPYTHONDIR", "ipython"), ("TMPDIR", "tmp")])
            start.Environment[name] = Directory.CreateDirectory(Path.Combine(folder, place)).FullName;

        start.Environment["JUPYTER_PATH"] = Path.Combine(Prefix, "share", "jupyter");
        start.Environment["JUPYTER_TOKEN"] = _token;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The folder that the server shows.</summary>
    public string Root => Path.Combine(_folder, "work");

    /// <summary>The folder of notebooks, as deep in <see cref="Root"/> as the repository's in its clone.</summary>
    public string Notebooks => Path.Combine(Root, "notebooks");

    /// <summary>Where kernels for this server are installed.</summary>
    public string Prefix => Path.Combine(_folder, "prefix");

    /// <summary>Its last lines.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log.ToString().Split('\n').TakeLast(30));
        }
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="folder">An empty folder.</param>
    public static async Task<JupyterServer> StartAsync(string folder)
    {
        var server = new JupyterServer(Classic.Program!, folder);
        try
        {
            await server.WaitAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of a notebook.</summary>
    /// <param name="name">The name of its file.</param>
    public Uri Address(string name) => new(_address, $"notebooks/notebooks/{Uri.EscapeDataString(name)}?token={_token}");

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            try
            {
                _process.StandardInput.Close();
                await _process.WaitForExitAsync().WaitAsync(End);
            }
            catch (Exception error) when (error is TimeoutException or IOException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync().WaitAsync(End);
            }
        }
    }

    private async Task WaitAsync()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("token", _token);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < StartLimit && !_process.HasExited)
        {
            await Task.Delay(200);
            if (Told() is not { } address)
                continue;

            try
            {
                using var answer = await client.GetAsync(new Uri(address, "api/status"));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    _address = address;
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        throw new InvalidOperationException($"The Jupyter server did not start within {watch.Elapsed.TotalSeconds:0} s:\n{Log}");
    }

    /// <summary>The address that the server wrote down: where the port was taken meanwhile, it is another one.</summary>
    private Uri? Told()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "runtime"), "nbserver-*.json"))
        {
            try
            {
                return new Uri(JsonNode.Parse(File.ReadAllText(file))!["url"]!.GetValue<string>());
            }
            catch (Exception error) when (error is IOException or System.Text.Json.JsonException)
            {
                // It is being written.
            }
        }

        return null;
    }

    private void Note(string? line)
    {
        lock (_log)
            _log.Append(line).Append('\n');
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
