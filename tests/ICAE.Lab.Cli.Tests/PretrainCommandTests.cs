using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Runs from texts to models, stopped and gone on with.</summary>
[Collection("torch")]
public sealed class PretrainCommandTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    [Fact]
    public void Each_run_ends_with_a_model_and_says_so()
    {
        foreach (var (result, kind, model) in new[]
        {
            (models.BaseResult, "base", models.Base), (models.RestoringResult, "restoring", models.Restoring), (models.AutoencoderResult, "autoencoder", models.Autoencoder),
        })
        {
            Assert.Equal(ExitCodes.Ok, result.ExitCode);
            Assert.Equal("completed", result.Json["status"]!.GetValue<string>());
            Assert.Equal(kind, result.Json["kind"]!.GetValue<string>());
            Assert.Equal(model, result.Json["model"]!.GetValue<string>());
            Assert.Equal("float32", result.Json["compute_type"]!.GetValue<string>());
            Assert.True(Directory.Exists(model));
            Assert.Contains("2/2", result.Error, StringComparison.Ordinal);
            Assert.Contains("tokens/s", result.Error, StringComparison.Ordinal);
            Assert.Contains("left", result.Error, StringComparison.Ordinal);
        }

        Assert.True(models.AutoencoderResult.Json["values"]!["validation_ae_bleu_24"] is not null);
        var settings = JsonNode.Parse(File.ReadAllText(models.Path("autoencoder", "settings.json")))!;
        var rungs = settings["autoencoder"]!["ladder"]!["rungs"]!.AsArray();
        Assert.Equal(2, rungs[^1]!["tokens_per_slot"]!.GetValue<double>());
        Assert.All(rungs, rung => Assert.Equal([16, 24], rung!["lengths"]!.AsArray().Select(length => length!.GetValue<int>())));
    }

    [Fact]
    public async Task Constant_slots_are_trained_into_a_models_folder_and_become_the_zero_of_its_evaluation()
    {
        CopyFolder(models.Autoencoder, models.Path("constant", "model"));
        string[] command = ["constant-slots", "--model", models.Path("constant", "model"), "--texts", models.Texts, "--lengths", "16", "--batch", "2", "--threads", "1", "--steps", "3"];
        var trained = await CommandResult.RunAsync([.. command, "--json"]);

        Assert.True(trained.ExitCode == ExitCodes.Ok, trained.Error);
        Assert.Equal(8, trained.Json["slots"]!.GetValue<int>());
        File.WriteAllText(models.Path("one.jsonl"), """{"kind": "ordinary", "text": "The old lighthouse keeper counted the boats and sang, and then he slept until the morning came."}""" + "\n");
        var evaluated = await CommandResult.RunAsync("evaluate", "--model", models.Path("constant", "model"), "--texts", models.Path("one.jsonl"), "--tokens", "16", "--threads", "1", "--json");
        Assert.True(evaluated.ExitCode == ExitCodes.Ok, evaluated.Error);
        var refused = await CommandResult.RunAsync([.. command, "--lengths", "0"]);
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("Lengths", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_autoencoder_learns_to_answer_and_is_asked()
    {
        var examples = models.Path("examples.jsonl");
        File.WriteAllLines(examples, Enumerable.Range(0, 6).Select(i => $$"""{"input": "The keeper counted {{i}} boats and slept.", "prompt": "How many boats?", "answer": "{{i}}"}"""));
        string[] command = ["finetune", "--run", models.Path("answers"), "--model", models.Autoencoder, "--texts", examples, "--validation", examples, "--threads", "1", "--dtype", "float32", "--batch", "2", "--steps", "2", "--prompt-layout", "version-2", "--longest-text", "24"];
        var trained = await CommandResult.RunAsync([.. command, "--json"]);
        Assert.True(trained.ExitCode == ExitCodes.Ok, trained.Error);
        Assert.Equal("instruction", trained.Json["kind"]!.GetValue<string>());
        Assert.True(trained.Json["values"]!["validation_ft_exact"] is not null);

        var lines = await CommandResult.RunAsync([.. command[..2], models.Path("answers-in-lines"), .. command[3..^4], "--prompt-layout", "lines", "--json"]);
        Assert.True(lines.ExitCode == ExitCodes.Ok, lines.Error);
        var usage = JsonNode.Parse(File.ReadAllText(models.Path("answers-in-lines", "model", "icae.json")))!["usage"]!["instruction"]!;
        Assert.Equal(usage["answer_end"]!.GetValue<int>(), usage["after_prompt"]!.AsArray().Single()!.GetValue<int>());

        using var folder = new TemporaryFolder();
        File.Copy(examples, folder.Path("examples.jsonl"));
        File.WriteAllText(folder.Path("notes.txt"), "no example");
        string[] fromFolder = ["finetune", "--run", models.Path("answers-of-a-folder"), "--model", models.Autoencoder, "--validation", examples, "--threads", "1", "--batch", "2", "--steps", "1", "--texts"];
        var ofFolder = await CommandResult.RunAsync([.. fromFolder, folder.Folder]);
        Assert.True(ofFolder.ExitCode == ExitCodes.Ok, ofFolder.Error);
        File.Delete(folder.Path("examples.jsonl"));
        var empty = await CommandResult.RunAsync([.. fromFolder[..2], models.Path("answers-of-nothing"), .. fromFolder[3..], folder.Folder]);
        Assert.Contains("there is no .jsonl file in this folder", empty.Error, StringComparison.Ordinal);

        var memory = models.Path("asked.safetensors");
        var model = trained.Json["model"]!.GetValue<string>();
        var compressed = await CommandResult.RunAsync("compress", "--text", "The keeper counted 4 boats.", "--model", model, "-o", memory, "--threads", "1");
        Assert.True(compressed.ExitCode == ExitCodes.Ok, compressed.Error);
        var asked = await CommandResult.RunAsync("ask", memory, "How many boats?", "--model", model, "--tokens", "4", "--threads", "1", "--json");
        Assert.True(asked.ExitCode == ExitCodes.Ok, asked.Error);
        Assert.InRange(asked.Json["ids"]!.AsArray().Count, 0, 4);

        var other = await CommandResult.RunAsync("compress", "--text", "The keeper counted 4 boats.", "--model", models.Autoencoder, "-o", memory, "--threads", "1");
        Assert.True(other.ExitCode == ExitCodes.Ok, other.Error);
        var untrained = await CommandResult.RunAsync("ask", memory, "How many boats?", "--model", models.Autoencoder, "--threads", "1");
        Assert.Equal(ExitCodes.Usage, untrained.ExitCode);
        Assert.Contains("--prompt-layout", untrained.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await CommandResult.RunAsync("finetune", "--run", models.Path("neither"), "--texts", examples, "--validation", examples)).ExitCode);
        var goneOn = await CommandResult.RunAsync("pretrain", "--run", models.Path("answers"));
        Assert.Equal(ExitCodes.Usage, goneOn.ExitCode);
        Assert.Contains("icae finetune", goneOn.Error, StringComparison.Ordinal);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    [Theory]
    [InlineData("autoencoder", "pretrain")]
    [InlineData("restoring", "pretrain-base", "--restoring")]
    public async Task A_trained_autoencoder_can_be_gone_on_with(string kind, params string[] command)
    {
        using var folder = new TemporaryFolder();
        var result = await CommandResult.RunAsync(
        [
            .. command, "--run", folder.Path("run"), "--model", models.Autoencoder, "--texts", models.Texts, "--validation", models.Texts,
            "--settings", folder.Write("settings.json", """{"autoencoder": {"evaluation_texts": 0}}"""), "--steps", "1", "--batch", "2", "--threads", "1", "--dtype", "float32", "--json",
        ]);
        var written = JsonNode.Parse(File.ReadAllText(folder.Path("run", "settings.json")))!;
        var before = JsonNode.Parse(File.ReadAllText(models.Path("autoencoder", "settings.json")))!;

        Assert.True(result.ExitCode == ExitCodes.Ok, result.Error);
        Assert.Equal(kind, result.Json["kind"]!.GetValue<string>());
        Assert.Equal(models.Autoencoder, written["from_autoencoder"]!.GetValue<string>());
        Assert.Equal(64, written["autoencoder_fingerprint"]!.GetValue<string>().Length);
        Assert.Equal(models.Restoring, written["from"]!.GetValue<string>());
        Assert.Equal(before["autoencoder"]!["icae"]!["lora"]!["rank"]!.GetValue<int>(), written["autoencoder"]!["icae"]!["lora"]!["rank"]!.GetValue<int>());
        Assert.Equal(kind == "autoencoder", File.Exists(folder.Path("run", "model", "icae.json")));
    }

    [Fact]
    public async Task What_is_to_be_gone_on_with_needs_no_ladder()
    {
        using var folder = new TemporaryFolder();
        var settings = folder.Write("settings.json", """{"autoencoder": {"evaluation_texts": 0}}""");
        string[] common = ["--texts", models.Texts, "--validation", models.Texts, "--settings", settings, "--steps", "1", "--batch", "2", "--threads", "1", "--dtype", "float32", "--lengths", "16", "--tokens-per-slot", "2", "--json"];
        async Task<JsonNode> Written(string run, params string[] options)
        {
            var result = await CommandResult.RunAsync(["pretrain", "--run", folder.Path(run), .. common, .. options]);
            Assert.True(result.ExitCode == ExitCodes.Ok, result.Error);
            return JsonNode.Parse(File.ReadAllText(folder.Path(run, "settings.json")))!["autoencoder"]!;
        }

        var alone = await Written("alone", "--base", models.Restoring, "--continuation-share", "1");
        var both = await Written("both", "--base", models.Restoring, "--continuation-share", "0.5");
        var further = await Written("further", "--model", folder.Path("alone", "model"), "--continuation-share", "0");

        // Keys and values need the token before a continuation, whatever was trained before.
        await Written("kv", "--base", models.Restoring, "--layout", "keys-and-values");
        Assert.True((await Written("kv-further", "--model", folder.Path("kv", "model"), "--continuation-share", "0.5"))["continuation_token"]!.GetValue<bool>());

        Assert.Equal([2.0], alone["ladder"]!["rungs"]!.AsArray().Select(rung => rung!["tokens_per_slot"]!.GetValue<double>()));
        Assert.True(both["ladder"]!["rungs"]!.AsArray().Count > 1);
        Assert.All([alone, both, further], written => Assert.True(written["continuation_token"]!.GetValue<bool>()));
        Assert.Contains("\"continuation_token\": true", File.ReadAllText(folder.Path("further", "model", "icae.json")), StringComparison.Ordinal);

        // A whole file of another run would begin anew without a word.
        File.WriteAllText(settings, """{"from_autoencoder": null}""");
        var undone = await CommandResult.RunAsync(["pretrain", "--run", folder.Path("undone"), .. common, "--model", models.Autoencoder]);
        Assert.Equal(ExitCodes.Usage, undone.ExitCode);
        Assert.Contains("from_autoencoder is null there", undone.Error + undone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_stopped_saves_and_is_gone_on_with_by_the_same_command()
    {
        using var source = new CancellationTokenSource();
        string[] command =
        [
            "pretrain", "--run", models.Path("stopped"), "--base", models.Restoring, "--texts", models.Texts, "--validation", models.Texts,
            "--threads", "1", "--dtype", "float32", "--batch", "2", "--lengths", "16", "--steps", "60", "--settings", models.Path("often.json"),
        ];
        File.WriteAllText(models.Path("often.json"), """{"log_every": 1, "evaluate_every": 0, "autoencoder": {"evaluation_texts": 0}}""");
        var log = models.Path("stopped", "log.jsonl");
        using var error = new CancellingWriter(source, "1/60 ");
        var stopped = await CommandResult.RunAsync(error, source.Token, command);

        Assert.Equal(ExitCodes.Interrupted, stopped.ExitCode);
        Assert.Contains("the same command goes on from there", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(["step-000000001.safetensors"], Directory.GetFiles(models.Path("stopped", "checkpoints")).Select(Path.GetFileName));
        Assert.False(Directory.Exists(models.Path("stopped", "model")));

        var resumed = await CommandResult.RunAsync(command);
        Assert.Equal(ExitCodes.Ok, resumed.ExitCode);
        Assert.Contains("going on with", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("(--base, --texts, --validation: not looked at anew)", resumed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("note:", resumed.Error, StringComparison.Ordinal);
        Assert.True(Directory.Exists(models.Path("stopped", "model")));
        var updates = File.ReadLines(log).Select(line => JsonNode.Parse(line)!).Where(line => line["learning_rate"] is not null);
        Assert.Equal(Enumerable.Range(1, 60), updates.Select(line => line["step"]!.GetValue<int>()));

        // What says otherwise than the run is not used, and that is said.
        var other = await CommandResult.RunAsync("pretrain", "--run", models.Path("stopped"), "--steps", "70", "--lengths", "24", "--noise", "0.25", "--seed", "1");
        Assert.Contains("note: the run goes on with its own settings", other.Error, StringComparison.Ordinal);
        foreach (var named in (string[])["steps 70 (the run has 60)", "autoencoder.ladder.rungs", "autoencoder.input_noise 0.25 (the run has 0.3)", "settings.json"])
            Assert.Contains(named, other.Error, StringComparison.Ordinal);

        Assert.DoesNotContain("seed", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_win_over_the_settings_file_and_that_over_the_usual_ones()
    {
        using var folder = new TemporaryFolder();
        var settings = folder.Write("settings.json", """{"steps": 1, "seed": 5, "log_every": 1, "optimizer": {"clip_norm": 3}, "autoencoder": {"evaluation_texts": 0, "icae": {"lora": {"rank": 8}}}}""");
        var result = await CommandResult.RunAsync(
            "pretrain", "--run", folder.Path("run"), "--base", models.Restoring, "--texts", models.Texts, "--validation", models.Texts, "--settings", settings,
            "--rank", "2", "--seed", "7", "--lengths", "16", "--batch", "2", "--threads", "1", "--dtype", "float32", "--layout", "keys-and-values");
        var written = JsonNode.Parse(File.ReadAllText(folder.Path("run", "settings.json")))!;

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(1, written["steps"]!.GetValue<int>());
        Assert.Equal(7, written["seed"]!.GetValue<int>());
        Assert.Equal(3, written["optimizer"]!["clip_norm"]!.GetValue<double>());
        Assert.Equal(2, written["autoencoder"]!["icae"]!["lora"]!["rank"]!.GetValue<int>());
        Assert.Equal(4, written["autoencoder"]!["icae"]!["lora"]!["alpha"]!.GetValue<double>());
        Assert.Equal("keys_and_values", written["autoencoder"]!["icae"]!["layout"]!.GetValue<string>());
        Assert.Equal("shared", written["autoencoder"]!["icae"]!["memory_tokens"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("One of --base", "pretrain", "--run", "RUN", "--texts", "TEXTS")]
    [InlineData("One of --base", "pretrain", "--run", "RUN", "--texts", "TEXTS", "--base", "BASE", "--model", "AUTOENCODER")]
    [InlineData("this is no autoencoder", "pretrain", "--run", "RUN", "--model", "BASE", "--texts", "TEXTS", "--validation", "TEXTS")]
    [InlineData("--model belongs to --restoring", "pretrain-base", "--run", "RUN", "--model", "AUTOENCODER", "--texts", "TEXTS")]
    [InlineData("--tokenizer belongs to a new base", "pretrain-base", "--run", "RUN", "--restoring", "--model", "AUTOENCODER", "--tokenizer", "BASE", "--texts", "TEXTS")]
    [InlineData("--texts is needed", "pretrain", "--run", "RUN", "--base", "BASE")]
    [InlineData("--validation is needed", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS")]
    [InlineData("there is no such file or folder", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "missing.txt", "--validation", "TEXTS")]
    [InlineData("neither embeddings", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--layout", "states")]
    [InlineData("this is an autoencoder", "pretrain", "--run", "RUN", "--base", "AUTOENCODER", "--texts", "TEXTS", "--validation", "TEXTS")]
    [InlineData("--run", "pretrain", "--base", "BASE", "--texts", "TEXTS")]
    [InlineData("--restoring needs", "pretrain-base", "--run", "RUN", "--restoring", "--texts", "TEXTS")]
    [InlineData("--width", "pretrain-base", "--run", "RUN", "--width", "15", "--texts", "TEXTS", "--validation", "TEXTS")]
    [InlineData("--vocabulary", "pretrain-base", "--run", "RUN", "--vocabulary", "100", "--texts", "TEXTS", "--validation", "TEXTS")]
    [InlineData("'icae pretrain' goes on with", "pretrain-base", "--run", "OTHER")]
    [InlineData("--steps: 0 is less than 1", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--steps", "0")]
    [InlineData("--batch: -1 is less than 1", "finetune", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--batch", "-1")]
    [InlineData("--learning-rate: 0 is not", "pretrain-base", "--run", "RUN", "--texts", "TEXTS", "--learning-rate", "0")]
    [InlineData("--rank: 0 is less than 1", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--rank", "0")]
    [InlineData("--lengths: 0 is less than 1", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--lengths", "16", "0")]
    [InlineData("--noise: 2 does not lie", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--noise", "2")]
    [InlineData("--copy-share: -0.5 does not lie", "pretrain-base", "--run", "RUN", "--texts", "TEXTS", "--copy-share", "-0.5")]
    [InlineData("--rows: 'whole' is neither packed nor within-texts", "pretrain-base", "--run", "RUN", "--texts", "TEXTS", "--rows", "whole")]
    [InlineData("--longest-text: 0 is less", "finetune", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--longest-text", "0")]
    [InlineData("--dtype: 'float16' is none of auto, float32, bfloat16", "pretrain", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--dtype", "float16")]
    [InlineData("--width belongs to a new base", "pretrain-base", "--run", "RUN", "--base", "BASE", "--texts", "TEXTS", "--width", "64")]
    [InlineData("--vocabulary belongs to a new tokenizer", "pretrain-base", "--run", "RUN", "--tokenizer", "BASE", "--texts", "TEXTS", "--vocabulary", "300")]
    public async Task What_is_missing_or_wrong_is_told_and_exits_with_2(string told, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var result = await CommandResult.RunAsync([.. args.Select(word => word switch
        {
            "RUN" => folder.Path("run"),
            "OTHER" => models.Path("autoencoder"),
            "TEXTS" => models.Texts,
            "BASE" => models.Restoring,
            "AUTOENCODER" => models.Autoencoder,
            _ => word,
        })]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_settings_file_with_a_field_that_is_not_known_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var settings = folder.Write("settings.json", """{"stepz": 1}""");
        var result = await CommandResult.RunAsync(
            "pretrain", "--run", folder.Path("run"), "--base", models.Restoring, "--texts", models.Texts, "--validation", models.Texts, "--settings", settings);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(settings, result.Error, StringComparison.Ordinal);
        Assert.Contains("stepz", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3, "--length", "64", "--copy-share", "0.3")]
    [InlineData(2, "--settings", """{"rows":{"short_steps":2}}""")]
    [InlineData(0, "--settings", """{"rows":{"short_steps":0}}""")]
    [InlineData(0, "--settings", """{"rows":{"length":30}}""")]
    [InlineData(0, "--settings", """{"rows":{"shortest_period":40}}""")]
    [InlineData(0, "--settings", """{"rows":{"periodic_share":0}}""")]
    [InlineData(0, "--copy-share", "0")]
    [InlineData(0, "--length", "28")]
    [InlineData(0, "--length", "62")]
    public async Task A_new_base_that_copies_begins_with_short_rows_where_they_have_room(long updates, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var result = await CommandResult.RunAsync(
            ["pretrain-base", "--run", folder.Path("run"), "--texts", models.Texts, "--validation", models.Texts, "--vocabulary", "280", "--width", "16", "--layers", "1", "--heads", "1",
                "--steps", "20", "--batch", "1", "--threads", "1", "--dtype", "float32", "--json", .. options.Select(word => word.StartsWith('{') ? folder.Write("given.json", word) : word)]);

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(updates, (long)JsonNode.Parse(File.ReadAllText(folder.Path("run", "settings.json")))!["rows"]!["short_steps"]!);
    }

    [Fact]
    public async Task A_shard_of_another_tokenizer_is_refused()
    {
        using var folder = new TemporaryFolder();
        var other = await CommandResult.RunAsync(
            "pretrain-base", "--run", folder.Path("other"), "--texts", models.Texts, "--validation", models.Texts, "--vocabulary", "290", "--width", "16",
            "--layers", "1", "--heads", "1", "--length", "32", "--steps", "1", "--batch", "1", "--threads", "1", "--dtype", "float32");
        var shard = folder.Path("other", "data", "train.tokens");
        var result = await CommandResult.RunAsync("pretrain", "--run", folder.Path("run"), "--base", models.Restoring, "--texts", shard, "--validation", shard);

        Assert.Equal(ExitCodes.Ok, other.ExitCode);
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("another tokenizer", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shards_of_the_bases_tokenizer_are_taken_as_they_are()
    {
        using var folder = new TemporaryFolder();
        var shard = models.Path("base", "data", "train.tokens");
        var result = await CommandResult.RunAsync(
            "pretrain", "--run", folder.Path("run"), "--base", models.Restoring, "--texts", shard, "--validation", shard, "--steps", "1", "--batch", "1", "--lengths", "16",
            "--threads", "1", "--dtype", "float32", "--noise", "0", "--continuation-share", "0.5", "--json");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(shard, JsonNode.Parse(File.ReadAllText(folder.Path("run", "settings.json")))!["training_shard"]!.GetValue<string>());
        Assert.Empty(Directory.GetFiles(folder.Path("run", "data")));
    }
}
