using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Turns a text into a memory file.</summary>
internal sealed class CompressCommand : IcaeCommand
{
    private const long MostBytes = 64 << 20;

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "The text, in UTF-8; - for standard input. Ends of lines as Windows writes them become plain line feeds.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _text = new("--text")
    {
        Description = "The text itself, as words on the command line.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "WORDS",
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The memory file to write.", Required = true, HelpName = "FILE" };
    private readonly Option<double?> _rate = new("--tokens-per-slot") { Description = "Tokens on a slot, other than the autoencoder's own rate.", HelpName = "R" };
    private readonly AutoencoderOptions _autoencoder;

    public CompressCommand()
        : base(
            "compress",
            "Compress a text into the memory slots of an autoencoder. Slots can be turned back into the text: they are no anonymisation.",
            "icae compress story.txt -o story.safetensors",
            "icae compress - -o memory.safetensors",
            "icae compress -o memory.safetensors --text It was a bright cold day in April")
    {
        Add(_file);
        Add(_text);
        Add(_output);
        Add(_rate);
        _autoencoder = new AutoencoderOptions(this);
        Validators.Add(result =>
        {
            if ((result.GetValue(_file) is null) == !result.IsGiven(_text))
                result.AddError("Exactly one of FILE and --text is needed.");

            result.RequirePositive(_rate);
        });
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var output = invocation.Arguments.GetRequiredValue(_output);
        if (invocation.Arguments.GetValue(_file) is { } file and not "-" && SamePlace(file, output))
            throw new UsageException($"--output {output}: this is the text itself, which the memory would replace. Name another file.");

        var text = ReadText(invocation);
        using var loaded = _autoencoder.Load(invocation);
        var watch = Stopwatch.StartNew();
        using var memory = loaded.Model.Compress(text, invocation.Arguments.GetValue(_rate), invocation.Cancellation);
        memory.Save(output);
        if (loaded.Model.CautionAbout(memory.TextLength, invocation.Arguments.GetValue(_rate)) is { } caution)
            invocation.Terminal.Error.WriteLine($"icae: note: {caution}");

        var seconds = watch.Elapsed.TotalSeconds;
        if (invocation.Terminal.IsJson)
        {
            invocation.Terminal.WriteJson(new JsonObject
            {
                ["memory"] = Path.GetFullPath(output),
                ["tokens"] = memory.TextLength,
                ["slots"] = memory.SlotCount,
                ["spans"] = memory.Plan.Spans.Count,
                ["tokens_per_slot"] = memory.Ratio,
                ["text_bytes"] = Encoding.UTF8.GetByteCount(text),
                ["slot_bytes"] = memory.Bytes,
                ["model"] = loaded.Describe(),
                ["seconds"] = Math.Round(seconds, 3),
                ["ok"] = true,
            });
            return Task.FromResult(ExitCodes.Ok);
        }

        var console = invocation.Terminal.Console;
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{output}[/]: {memory}, {memory.Plan.Spans.Count} {(memory.Plan.Spans.Count == 1 ? "span" : "spans")}");
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(text):N0} bytes of text, {memory.Bytes:N0} bytes of slots; {loaded.Model.Name} on {loaded.Model.Base.Name} (a {loaded.BaseKind} base), {seconds:F2} s");
        return Task.FromResult(ExitCodes.Ok);
    }

    /// <summary>Whether two names are one file's, as far as links at the end of the paths and the usual file systems' view of upper and lower case tell.</summary>
    private static bool SamePlace(string text, string output)
    {
        static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        try
        {
            return File.Exists(text) && File.Exists(output) && string.Equals(Resolve(text), Resolve(output), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string ReadText(Invocation invocation)
    {
        if (invocation.Arguments.GetValue(_file) is not { } file)
            return string.Join(' ', invocation.Arguments.GetValue(_text)!);

        var name = file == "-" ? "standard input" : file;
        using var stream = file == "-" ? Console.OpenStandardInput() : OpenFile(file);
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (var read = Read(); read > 0; read = Read())
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MostBytes)
                throw new MalformedFileException(name, "", $"the text is longer than {MostBytes} bytes");
        }

        // A read of a terminal ends with a line and not with an interrupt, so it is waited for and not made here.
        int Read() => stream.ReadAsync(buffer, invocation.Cancellation).AsTask().WaitAsync(invocation.Cancellation).GetAwaiter().GetResult();

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.GetBuffer(), 0, (int)bytes.Length).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException error)
        {
            throw new MalformedFileException(name, $"byte {error.Index}", "the text is not UTF-8", error);
        }
    }

    private static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
            throw new MalformedFileException(path, "", "this is a folder; a text file is needed");

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MalformedFileException(path, "", error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : error.Message, error);
        }
    }
}
