using System.Diagnostics;
using ICAE.Lab.Models;

namespace ICAE.Lab.Cli.Tests;

/// <summary>What the command says of model files.</summary>
public sealed class ModelsInfoCommandTests
{
    [Fact]
    public async Task A_model_is_described_for_machines()
    {
        var result = await CommandResult.RunAsync("models", "info", ReferenceCopy.Find("base-models", "mistral"), "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal("ModelFolder", result.Json["kind"]!.GetValue<string>());
        Assert.Equal("MistralForCausalLM", result.Json["metadata"]!["architectures"]!.AsValue().ToString().Trim('[', ']', '"'));
        var tensors = result.Json["tensors"]!.AsArray();
        Assert.Equal(30, tensors.Count);
        Assert.Equal(result.Json["parameters"]!.GetValue<long>(), tensors.Sum(tensor => tensor!["shape"]!.AsArray().Aggregate(1L, (product, size) => product * size!.GetValue<long>())));
    }

    [Fact]
    public async Task People_get_the_first_tensors_or_all()
    {
        var path = ReferenceCopy.Find("base-models", "mistral", "model.safetensors");
        var some = await CommandResult.RunAsync("models", "info", path);
        var all = await CommandResult.RunAsync("models", "info", path, "--tensors");

        Assert.Equal(ExitCodes.Ok, some.ExitCode);
        Assert.Contains("30 tensors", some.Output, StringComparison.Ordinal);
        Assert.Contains("and 18 more", some.Output, StringComparison.Ordinal);
        Assert.Equal(30, all.Output.Split('\n').Count(line => line.Contains("F32", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("empty.safetensors", "")]
    [InlineData("pickle.bin", "\u0080\u0002}q\u0000.")]
    [InlineData("cut.gguf", "GGUF\u0003")]
    [InlineData("config.json", "{\"a\": 1, \"a\": 2}")]
    [InlineData("tokenizer.json", "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": -1}, \"merges\": []}}")]
    [InlineData("tokenizer.model", "\n\u00FF\u00FF\u00FF\u00FF\u000F")]
    public async Task Malformed_files_are_refused_in_one_line_that_names_them(string name, string content)
    {
        using var folder = new ReferenceCopy("gguf");
        File.WriteAllBytes(folder.File(name), [.. content.Select(c => (byte)c)]);
        var result = await CommandResult.RunAsync("models", "info", folder.File(name));

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith($"icae: {folder.File(name)}: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task An_autoencoder_tells_how_it_compresses_and_a_base_what_it_learned()
    {
        var autoencoder = await CommandResult.RunAsync("models", "info", "english-1m-4x", "--json");
        var model = await CommandResult.RunAsync("models", "info", "english-1m", "--json");

        Assert.Equal("embeddings", autoencoder.Json["metadata"]!["slots are"]!.GetValue<string>());
        Assert.Equal("4", autoencoder.Json["metadata"]!["tokens a slot"]!.GetValue<string>());
        Assert.Equal("1000", autoencoder.Json["metadata"]!["updates"]!.GetValue<string>());
        Assert.Equal("restoring", model.Json["metadata"]!["kind of base"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unsound_file_of_an_autoencoder_is_refused()
    {
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(ModelStore.Default.Find("english-1m-4x")))
            File.Copy(file, copy.Path(Path.GetFileName(file)));

        copy.Write("icae.json", "{\"format_version\": 1, \"base\": {}}");

        var result = await CommandResult.RunAsync("models", "info", copy.Folder);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("icae.json", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tokenizer_is_read_whole()
    {
        var result = await CommandResult.RunAsync("models", "info", ReferenceCopy.Find("text", "byte-level-bpe", "tokenizer.json"), "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.True(int.Parse(result.Json["metadata"]!["vocabulary"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) > 256);
    }

    [SkippableTheory]
    [InlineData("models", "info", "base-models/mistral")]
    [InlineData("models", "info", "text/byte-level-bpe/tokenizer.json")]
    [InlineData("models", "info", "gguf/every-type.gguf", "--json")]
    [InlineData("verify", "text/metrics.json")]
    [InlineData("--version")]
    public async Task The_native_library_is_not_loaded(params string[] args)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The loader's own record is looked at, which is a matter of glibc.");
        var record = Path.Combine(Path.GetTempPath(), $"icae-loader-{Guid.NewGuid():n}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "icae.dll"), .. args.Select(Resolve)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LD_DEBUG"] = "files";
        start.Environment["LD_DEBUG_OUTPUT"] = record;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var files = Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(record) + "*");
        var loaded = string.Concat(files.Select(File.ReadAllText));
        Array.ForEach(files, File.Delete);

        Assert.Equal("", await error);
        Assert.NotEmpty(await output);
        Assert.Equal(ExitCodes.Ok, process.ExitCode);
        Assert.Contains("libcoreclr.so", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", loaded, StringComparison.OrdinalIgnoreCase);
    }

    private static string Resolve(string word) => word.Contains('/', StringComparison.Ordinal) ? ReferenceCopy.Find(word.Split('/')) : word;
}
