using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Tests;

[Collection("torch")]
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TinyModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task The_json_has_the_asked_form()
    {
        var texts = _models.Write(
            "texts.jsonl",
            """{"kind":"ordinary","text":"It was a bright cold day in April, and the clocks were striking thirteen."}""",
            """{"kind":"ordinary","text":"day"}""",
            """{"kind":"ordinary","text":"The clocks were bright, and April was striking in the cold."}""",
            """{"kind":"story","ids":[5,6,7,8,9,10,11,12,13]}""");

        var result = await CommandResult.RunAsync("evaluate", "--model", _models.Find("tiny-4x"), "--texts", texts, "--tokens", "8", "--controls", "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(["model", "base_kind", "settings", "kinds", "ok"], Keys(result.Json));
        Assert.Equal(("tiny-4x", "restoring"), ((string)result.Json["model"]!, (string)result.Json["base_kind"]!));
        var kinds = result.Json["kinds"]!.AsArray().Select(kind => kind!.AsObject()).ToArray();
        string[] measures = ["bleu_ids", "bleu_words", "accuracy", "loss", "accuracy_free", "prefix"];
        Assert.All(kinds, kind => Assert.Equal(["kind", "n", "skipped", "tokens", "characters", "slots", .. measures, "intervals", "zero", "ceiling"], Keys(kind)));
        Assert.Equal(
            [("ordinary", 2, 1, 16, 4), ("story", 1, 0, 8, 2), ("patterned", 2, 1, 16, 4), ("random", 2, 1, 16, 4)],
            kinds.Select(kind => ((string)kind["kind"]!, (int)kind["n"]!, (int)kind["skipped"]!, (int)kind["tokens"]!, (int)kind["slots"]!)));
        Assert.All(kinds, kind => Assert.All(
            measures,
            measure =>
            {
                Assert.True((double)kind[measure]! >= 0);
                Assert.Equal(2, kind["intervals"]![measure]!.AsArray().Count);
                Assert.True((double)kind["zero"]![measure]! >= 0);
                Assert.True((double)kind["ceiling"]![measure]! >= 0);
            }));

        // A base that learned nothing gives every token about the same chance.
        Assert.InRange((double)kinds[0]["loss"]!, Math.Log(TinyModels.Vocabulary) - 0.5, Math.Log(TinyModels.Vocabulary) + 0.5);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task The_same_command_gives_the_same_numbers_and_another_seed_other_random_ids()
    {
        async Task<JsonArray> Kinds(string seed)
        {
            var result = await CommandResult.RunAsync(
                "evaluate", "--model", _models.Find("tiny-4x-kv"), "--tokens", "6", "--limit", "2", "--controls", "--seed", seed, "--json");
            return result.Json["kinds"]!.AsArray();
        }

        var (first, again, other) = (await Kinds("1"), await Kinds("1"), await Kinds("2"));

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal((double)first[0]!["loss"]!, (double)other[0]!["loss"]!);
        Assert.NotEqual((double)first[2]!["loss"]!, (double)other[2]!["loss"]!);
        Assert.Equal(2, (int)first[0]!["n"]!);
    }

    [Fact]
    public async Task People_get_a_table_that_names_the_kind_of_base_and_the_ratio_as_used()
    {
        var result = await CommandResult.RunAsync("evaluate", "--model", _models.Find("tiny-4x"), "--tokens", "10", "--limit", "3");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Contains("stands on a restoring base", result.Output, StringComparison.Ordinal);
        Assert.Contains("Random or shifted ids in training: base none", string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("ordinary (3)", result.Output, StringComparison.Ordinal);
        Assert.Contains("30 tokens", result.Output, StringComparison.Ordinal);
        Assert.Contains("on 9 slots, 3.33 tokens a slot as used", result.Output, StringComparison.Ordinal);
        Assert.Matches("as used \\(\\d+\\.\\d characters\\), of whose loss without memory a slot takes away -?\\d+\\.\\d nats, teacher-forced", string.Join(' ', result.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains("the text (ceiling)", result.Output, StringComparison.Ordinal);
        Assert.Contains("in the first quarter", result.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_rate_gives_other_slots()
    {
        var texts = _models.Write("texts.jsonl", """{"ids":[5,6,7,8,9,10,11,12,13,14,15,16]}""");
        string[] command = ["evaluate", "--model", _models.Find("tiny-4x"), "--texts", texts, "--tokens", "8", "--json"];

        var own = await CommandResult.RunAsync(command);
        var other = await CommandResult.RunAsync([.. command, "--tokens-per-slot", "2"]);
        var continued = await CommandResult.RunAsync([.. command, "--tokens-per-slot", "2", "--continuation", "4"]);
        Assert.Equal((2, 4, 4), ((int)own.Json["kinds"]![0]!["slots"]!, (int)other.Json["kinds"]![0]!["slots"]!, (int)continued.Json["kinds"]![0]!["slots"]!));
        Assert.NotEqual((double)own.Json["kinds"]![0]!["loss"]!, (double)other.Json["kinds"]![0]!["loss"]!);

        foreach (var rate in (string[])["0", "-1", "NaN"])
        {
            var refused = await CommandResult.RunAsync([.. command, "--tokens-per-slot", rate]);
            Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        }
    }

    [Fact]
    public async Task Continuations_are_measured_in_place_of_restorations()
    {
        var texts = _models.Write(
            "texts.jsonl",
            """{"ids":[5,6,7,8,9,10,11,12,13,14]}""",
            """{"ids":[15,6,17,8,19,10,21,12,23,14]}""",
            """{"ids":[5,6,7,8,9]}""");
        string[] command = ["evaluate", "--model", _models.Find("tiny-4x"), "--texts", texts, "--tokens", "6"];

        var result = await CommandResult.RunAsync([.. command, "--continuation", "4", "--json"]);
        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(["model", "base_kind", "tokens", "continuation_tokens", "unscored", "kinds", "ok"], Keys(result.Json));
        Assert.Equal((6, 4, 3), ((int)result.Json["tokens"]!, (int)result.Json["continuation_tokens"]!, (int)result.Json["unscored"]!));
        var kind = result.Json["kinds"]!.AsArray().Single()!.AsObject();
        string[] conditions = ["text_in_context", "memory", "other_memory", "no_context"];
        Assert.Equal(["kind", "n", "skipped", "slots", .. conditions, "kept", "kept_interval"], Keys(kind));
        Assert.Equal((2, 1, 2), ((int)kind["n"]!, (int)kind["skipped"]!, (int)kind["slots"]!));
        Assert.All(conditions, condition =>
        {
            var scores = kind[condition]!.AsObject();
            Assert.Equal(["loss", "perplexity", "accuracy", "intervals"], Keys(scores));
            Assert.Equal(Math.Exp((double)scores["loss"]!), (double)scores["perplexity"]!, 1e-9);
            Assert.Equal(2, scores["intervals"]!["loss"]!.AsArray().Count);
        });

        var table = await CommandResult.RunAsync([.. command, "--continuation", "4"]);
        Assert.Contains("6 tokens of text, 4 that follow, of which the first 3 are not scored", table.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("another text's slots", table.Output, StringComparison.Ordinal);

        var none = await CommandResult.RunAsync([.. command, "--continuation", "5"]);
        Assert.Equal(ExitCodes.Failed, none.ExitCode);
        Assert.Contains("no text of 6 tokens that 5 more follow (3 are shorter)", none.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);

        var controls = await CommandResult.RunAsync([.. command, "--continuation", "4", "--controls"]);
        Assert.Equal(ExitCodes.Usage, controls.ExitCode);
        Assert.Equal(ExitCodes.Usage, (await CommandResult.RunAsync([.. command, "--continuation", "0"])).ExitCode);
    }

    [Fact]
    public async Task Answers_are_measured_in_place_of_restorations()
    {
        var questions = _models.Write(
            "questions.jsonl",
            """{"input":"a bright cold day","prompt":"What day?","answer":"cold","kind":"what"}""",
            """{"input":"the clocks were striking","prompt":"Were they?","answer":"yes","kind":"true"}""");
        string[] command = ["evaluate", "--model", _models.Find("tiny-4x"), "--questions", questions];

        var result = await CommandResult.RunAsync([.. command, "--json"]);
        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(["model", "base_kind", "trained_to_answer", "longest_text", "skipped", "texts", "tokens_per_slot", "all", "kinds", "ok"], Keys(result.Json));
        string[] conditions = ["text_in_context", "memory", "other_memory", "no_context"];
        Assert.Equal(["n", .. conditions], Keys(result.Json["all"]!.AsObject()));
        Assert.Equal((2, 2), ((int)result.Json["all"]!["n"]!, (int)result.Json["texts"]!));
        Assert.Equal(["what", "true"], result.Json["kinds"]!.AsArray().Select(kind => (string)kind!["kind"]!));
        Assert.All(conditions, condition => Assert.Equal(["exact", "loss", "accuracy", "intervals"], Keys(result.Json["all"]![condition]!.AsObject())));

        var table = await CommandResult.RunAsync([.. command, "--prompt-layout", "version-2"]);
        Assert.Contains("2 questions about 2 texts", table.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("not trained to answer", table.Output, StringComparison.Ordinal);
        Assert.Contains("the question alone", table.Output, StringComparison.Ordinal);

        foreach (var other in (string[][])[["--tokens", "4"], ["--controls"], ["--continuation", "4"], ["--texts", questions]])
        {
            var refused = await CommandResult.RunAsync([.. command, .. other]);
            Assert.Equal(ExitCodes.Usage, refused.ExitCode);
            Assert.Contains(other[0], refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Usage, (await CommandResult.RunAsync("evaluate", "--prompt-layout", "version-1")).ExitCode);
        Assert.Contains("--longest-text is for --questions", (await CommandResult.RunAsync("evaluate", "--longest-text", "9")).Error, StringComparison.Ordinal);
        Assert.Contains("longer than 2 tokens", (await CommandResult.RunAsync([.. command, "--longest-text", "2"])).Error, StringComparison.Ordinal);
        var nothing = _models.Write("nothing.jsonl");
        Assert.Contains($"{nothing}: there is no question", (await CommandResult.RunAsync([.. command[..^1], nothing])).Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var empty = _models.Write("empty.jsonl", """{"input":"a bright cold day","prompt":"","answer":"cold"}""");
        Assert.Contains($"{empty}: line 1: the key \"prompt\" is empty", (await CommandResult.RunAsync([.. command[..^1], empty])).Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_file_and_place()
    {
        var model = _models.Find("tiny-4x");
        var texts = _models.Write("texts.jsonl", """{"ids":[1,2]}""", """{"ids":[1,300]}""");
        var wrong = await CommandResult.RunAsync("evaluate", "--model", model, "--texts", texts, "--tokens", "2");
        Assert.Equal(ExitCodes.Failed, wrong.ExitCode);
        Assert.Contains($"{texts}: line 2", wrong.Error, StringComparison.Ordinal);

        var missing = await CommandResult.RunAsync("evaluate", "--model", model, "--texts", _models.Find("none.jsonl"), "--json");
        Assert.Equal(ExitCodes.Failed, missing.ExitCode);
        Assert.Contains("none.jsonl", (string)missing.Json["error"]!, StringComparison.Ordinal);

        var nobody = await CommandResult.RunAsync("evaluate", "--model", "no-such-model");
        Assert.Equal(ExitCodes.Failed, nobody.ExitCode);
        Assert.Contains("no-such-model", nobody.Error, StringComparison.Ordinal);

        foreach (var option in (string[])["--tokens", "--limit"])
            Assert.Equal(ExitCodes.Usage, (await CommandResult.RunAsync("evaluate", "--model", model, option, "0")).ExitCode);
    }

    private static IEnumerable<string> Keys(JsonObject json) => json.Select(entry => entry.Key);
}
