using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Texts to memory files and back, by an autoencoder that has learned nothing.</summary>
[Collection("torch")]
public sealed class MemoryCommandTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    [Fact]
    public async Task A_text_becomes_a_memory_file_that_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var text = folder.Write("text.txt", "The old lighthouse keeper counted boats.");
        var compressed = await CommandResult.RunAsync("compress", text, "-o", folder.Path("m.safetensors"), "--model", models.Autoencoder, "--json");

        Assert.Equal(ExitCodes.Ok, compressed.ExitCode);
        Assert.Equal(folder.Path("m.safetensors"), compressed.Json["memory"]!.GetValue<string>());
        var (tokens, slots) = (compressed.Json["tokens"]!.GetValue<int>(), compressed.Json["slots"]!.GetValue<int>());
        Assert.Equal((tokens + 1) / 2, slots);
        Assert.Equal((double)tokens / slots, compressed.Json["tokens_per_slot"]!.GetValue<double>());
        Assert.Equal(slots * 16 * sizeof(float), compressed.Json["slot_bytes"]!.GetValue<int>());
        Assert.Equal("restoring", compressed.Json["model"]!["base_kind"]!.GetValue<string>());

        var restored = await CommandResult.RunAsync("restore", folder.Path("m.safetensors"), "--model", models.Autoencoder, "--max-tokens", "7", "--json");
        Assert.Equal(ExitCodes.Ok, restored.ExitCode);
        Assert.InRange(restored.Json["ids"]!.AsArray().Count, 0, 7);
        Assert.Equal(tokens, restored.Json["text_tokens"]!.GetValue<int>());
        Assert.Equal(compressed.Json["model"]!["fingerprint"]!.GetValue<string>(), restored.Json["model"]!["fingerprint"]!.GetValue<string>());
    }

    [Fact]
    public async Task Words_on_the_command_line_give_the_same_slots_as_a_file()
    {
        using var folder = new TemporaryFolder();
        var text = folder.Write("text.txt", "grey boats sang");
        Assert.Equal(ExitCodes.Ok, (await CommandResult.RunAsync("compress", text, "-o", folder.Path("a"), "--model", models.Autoencoder)).ExitCode);
        Assert.Equal(ExitCodes.Ok, (await CommandResult.RunAsync("compress", "-o", folder.Path("b"), "--model", models.Autoencoder, "--text", "grey", "boats", "sang")).ExitCode);

        Assert.Equal(File.ReadAllBytes(folder.Path("a")), File.ReadAllBytes(folder.Path("b")));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_is_not_replaced_by_its_own_memory(bool linked)
    {
        Skip.If(linked && OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using var folder = new TemporaryFolder();
        var text = folder.Write("text.txt", "grey boats sang");
        var output = linked ? folder.Path("link.txt") : Path.Combine(folder.Path("."), "text.txt");
        if (linked)
            File.CreateSymbolicLink(output, text);

        var result = await CommandResult.RunAsync("compress", text, "-o", output, "--model", models.Autoencoder);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains("this is the text itself", result.Error, StringComparison.Ordinal);
        Assert.Equal("grey boats sang", File.ReadAllText(text));
    }

    [Fact]
    public async Task People_get_the_text_alone_on_the_output()
    {
        var memory = await Memory();
        var machine = await CommandResult.RunAsync("restore", memory, "--model", models.Autoencoder, "--max-tokens", "9", "--json");
        var person = await CommandResult.RunAsync("restore", memory, "--model", models.Autoencoder, "--max-tokens", "9");

        Assert.Equal(machine.Json["text"]!.GetValue<string>() + "\n", person.Output);
        Assert.Contains("tokens a slot", person.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_continuation_is_drawn_by_the_seed()
    {
        var memory = await Memory();
        string[] command = ["continue", memory, "--model", models.Autoencoder, "--tokens", "24", "--temperature", "1", "--json", "--seed"];
        var (first, again, other) = (await CommandResult.RunAsync([.. command, "1"]), await CommandResult.RunAsync([.. command, "1"]), await CommandResult.RunAsync([.. command, "2"]));

        Assert.Equal(ExitCodes.Ok, first.ExitCode);
        Assert.Equal(Ids(first), Ids(again));
        Assert.NotEqual(Ids(first), Ids(other));
        Assert.InRange(Ids(first).Length, 1, 24);
    }

    [Fact]
    public async Task Hidden_slots_are_named_and_must_exist()
    {
        var memory = await Memory();
        var hidden = await CommandResult.RunAsync("restore", memory, "--model", models.Autoencoder, "--without", "2", "0", "--max-tokens", "3", "--json");
        var wrong = await CommandResult.RunAsync("restore", memory, "--model", models.Autoencoder, "--without", "999");

        Assert.Equal([0, 2], hidden.Json["hidden_slots"]!.AsArray().Select(slot => slot!.GetValue<int>()));
        Assert.Equal(ExitCodes.Usage, wrong.ExitCode);
        Assert.Contains("--without 999", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_memory_is_read_by_the_autoencoder_that_made_it_and_by_no_other()
    {
        using var folder = new TemporaryFolder();
        var memory = await Memory();
        var trained = await CommandResult.RunAsync(
            "pretrain", "--run", folder.Path("run"), "--base", models.Restoring, "--texts", models.Texts, "--validation", models.Texts, "--steps", "1", "--batch", "1",
            "--lengths", "16", "--rank", "2", "--seed", "99", "--threads", "1", "--dtype", "float32");
        var restored = await CommandResult.RunAsync("restore", memory, "--model", folder.Path("run", "model"));

        Assert.Equal(ExitCodes.Ok, trained.ExitCode);
        Assert.Equal(ExitCodes.Failed, restored.ExitCode);
        Assert.Contains("trained otherwise", restored.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Exactly one of FILE and --text", "compress", "-o", "OUT")]
    [InlineData("Exactly one of FILE and --text", "compress", "FILE", "--text", "words", "-o", "OUT")]
    [InlineData("--output", "compress", "FILE")]
    [InlineData("--tokens-per-slot", "compress", "FILE", "-o", "OUT", "--tokens-per-slot", "0")]
    [InlineData("--base belongs to", "compress", "FILE", "-o", "OUT", "--model", "AUTOENCODER", "--base", "x")]
    [InlineData("--temperature", "restore", "FILE", "--temperature", "-1")]
    [InlineData("--top-p", "continue", "FILE", "--top-p", "2")]
    [InlineData("--top-p", "continue", "FILE", "--top-p", "0.9")]
    [InlineData("--top-k", "continue", "FILE", "--top-k", "5", "--temperature", "0")]
    [InlineData("--top-k", "continue", "FILE", "--top-k", "0")]
    [InlineData("--tokens", "continue", "FILE", "--tokens", "0")]
    [InlineData("--max-tokens", "restore", "FILE", "--max-tokens", "0")]
    public async Task Bad_usage_exits_with_2(string told, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var result = await CommandResult.RunAsync([.. args.Select(word => word switch
        {
            "FILE" => models.Texts,
            "OUT" => folder.Path("out"),
            "AUTOENCODER" => models.Autoencoder,
            _ => word,
        })]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Path("out")));
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("latin1.txt"), [0x63, 0x61, 0x66, 0xE9]);
        var empty = folder.Write("empty.txt", "");
        string[] options = ["-o", folder.Path("out"), "--model", models.Autoencoder];

        Assert.Contains("latin1.txt: byte 3: the text is not UTF-8", (await CommandResult.RunAsync(["compress", folder.Path("latin1.txt"), .. options])).Error, StringComparison.Ordinal);
        Assert.Contains("missing.txt: there is no such file", (await CommandResult.RunAsync(["compress", folder.Path("missing.txt"), .. options])).Error, StringComparison.Ordinal);
        Assert.Contains("empty text", (await CommandResult.RunAsync(["compress", empty, .. options])).Error, StringComparison.Ordinal);
        Assert.Contains(empty, (await CommandResult.RunAsync("restore", empty)).Error, StringComparison.Ordinal);
        Assert.Contains("There is no model 'no/such/model'", (await CommandResult.RunAsync("compress", models.Texts, "-o", folder.Path("out"), "--model", "no/such/model")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_in_a_place_of_the_users_are_found_by_name_and_standard_input_is_read()
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "icae.dll"), "compress", "-", "-o", folder.Path("m"), "--model", "autoencoder/model", "--json"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment["ICAE_MODELS"] = Path.GetDirectoryName(Path.GetDirectoryName(models.Autoencoder));
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("counted boats — and sang");
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        Assert.Equal("", await error);
        Assert.Equal(ExitCodes.Ok, process.ExitCode);
        var json = JsonNode.Parse(await output)!;
        Assert.Equal("autoencoder/model", json["model"]!["name"]!.GetValue<string>());
        Assert.Equal(Encoding.UTF8.GetByteCount("counted boats — and sang"), json["text_bytes"]!.GetValue<int>());
    }

    private static int[] Ids(CommandResult result) => [.. result.Json["ids"]!.AsArray().Select(id => id!.GetValue<int>())];

    private async Task<string> Memory()
    {
        var path = models.Path($"{Guid.NewGuid():n}.safetensors");
        var result = await CommandResult.RunAsync("compress", "-o", path, "--model", models.Autoencoder, "--text", "the", "lighthouse", "keeper", "slept");
        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        return path;
    }

    [Fact]
    public async Task The_ends_of_lines_of_Windows_are_plain_line_feeds_in_a_memory()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, text) in ((string, string)[])[("unix", "grey boats\nsang\n"), ("windows", "\uFEFFgrey boats\r\nsang\r\n")])
            folder.Write(name, text);

        foreach (var name in (string[])["unix", "windows"])
            Assert.Equal(ExitCodes.Ok, (await CommandResult.RunAsync("compress", folder.Path(name), "-o", folder.Path(name + ".m"), "--model", models.Autoencoder)).ExitCode);

        Assert.Equal(File.ReadAllBytes(folder.Path("unix.m")), File.ReadAllBytes(folder.Path("windows.m")));
    }
}
