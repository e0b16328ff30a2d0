using System.Globalization;
using System.Text;
using System.Text.Json;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// The variables of a Python kernel. A module of the kernel's own (<c>shared_values.py</c>) reads and writes them; it is installed with the
/// first value, and leaves no name among the user's.
/// </summary>
internal sealed class PythonValues(SubKernel kernel) : IValueExchange
{
    private const string MimeType = "application/vnd.icae-lab.shared-value";
    private const string Module = "__import__('sys').modules['_icae_lab_shared_values']";
    private const int PartLength = 4_000_000;
    private bool _installed;

    public async Task<SharedValue> GetAsync(string name, CellRun run)
    {
        await InstallAsync(run);
        var json = new StringBuilder();
        await RunAsync($"{Module}.give({Literal(name)})", name, json, run);
        try
        {
            return WireReader.Read(json.ToString());
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CellErrorException($"{name} cannot be shared: what {kernel.Name} sent is not understood: {error.Message}", error);
        }
    }

    public async Task SetAsync(string name, SharedValue value, CellRun run)
    {
        var json = Write(name, value);
        await InstallAsync(run);
        for (var index = 0; index * PartLength < json.Length; index++)
        {
            var part = json.Substring(index * PartLength, Math.Min(PartLength, json.Length - (index * PartLength)));
            await RunAsync(string.Create(CultureInfo.InvariantCulture, $"{Module}.take({index}, {Literal(part)})"), name, null, run);
        }

        await RunAsync($"{Module}.put({Literal(name)})", name, null, run);
    }

    private static string Write(string name, SharedValue value)
    {
        try
        {
            return WireWriter.Write(value);
        }
        catch (NotShareableException error)
        {
            throw new CellErrorException($"{name} cannot be shared: {error.Message}.", error);
        }
    }

    private async Task InstallAsync(CellRun run)
    {
        if (_installed)
            return;

        const string Place = "(lambda module: (__import__('sys').modules.__setitem__(module.__name__, module), module.__dict__)[1])(__import__('types').ModuleType('_icae_lab_shared_values'))";
        await RunAsync($"exec({Literal(Source())}, {Place})", "shared_values.py", null, run);
        _installed = true;
    }

    private async Task RunAsync(string code, string name, StringBuilder? json, CellRun run)
    {
        var request = new ExecuteRequest(code, Silent: true, StoreHistory: false);
        var result = await kernel.ExecuteAsync(request, run, message => Take(message, json, run));
        if (result.Succeeded)
            return;

        run.Cancellation.ThrowIfCancellationRequested();
        var reason = result.ErrorName == "ShareError" ? result.ErrorValue : $"{result.ErrorName}: {result.ErrorValue}";
        throw new CellErrorException($"{name} cannot be shared with {kernel.Name}: {reason}.");
    }

    private static void Take(JupyterMessage message, StringBuilder? json, CellRun run)
    {
        if (message.Type == "display_data")
            json?.Append(message.Content["data"]?[MimeType]);
        else if (message.Type == "stream")
            run.Output.Stream(message.Content["name"]?.ToString() == "stderr", message.Content["text"]?.ToString() ?? "");
    }

    private static string Source()
    {
        using var stream = typeof(PythonValues).Assembly.GetManifestResourceStream("shared_values.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A text as Python's source has it.</summary>
    private static string Literal(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'";
}
