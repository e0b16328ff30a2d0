using System.Text.Json.Nodes;
using ICAE.Lab.Data;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

/// <summary>Recipes: what they say, and what comes of following one.</summary>
[Collection("torch")]
public sealed class RecipeTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void The_repositorys_recipes_can_be_read()
    {
        var recipe = TrainingRecipe.Load("half-hour");

        Assert.Equal("half-hour", recipe.Name);
        Assert.Equal([RunKind.Base, RunKind.Restoring, RunKind.Autoencoder], recipe.Stages.Select(stage => stage.Kind));
        var data = new RunData("t", "a", "b");
        Assert.Equal(4, recipe.Settings(2, data, "base").Autoencoder!.Ladder.Rungs[^1].TokensPerSlot);

        // It keeps the lengths and rates that it was measured with: the encoder learns at those that its base was prepared at.
        Assert.Equal(Rungs(1), Rungs(2));
        Assert.All(recipe.Stages.Skip(1).Select((_, i) => recipe.Settings(i + 1, data, "base")), settings => Assert.Equal(0, settings.Rows?.RandomShare ?? 0));

        IEnumerable<string> Rungs(int stage) => recipe.Settings(stage, data, "base").Autoencoder!.Ladder.Rungs.Select(rung => $"{rung.TokensPerSlot:R}: {string.Join(' ', rung.Lengths)}");
    }

    [Theory]
    [InlineData("[]", "has stages")]
    [InlineData("[null]", "none of them is null")]
    [InlineData("""[{"name": "a", "kind": "restoring"}, {"name": "b", "kind": "autoencoder"}]""", "Stage 1, a: a recipe begins with")]
    [InlineData("""[{"name": "a", "kind": "base"}, {"name": "b", "kind": "autoencoder"}, {"name": "c", "kind": "restoring"}]""", "Stage 2, b: a recipe begins with")]
    [InlineData("""[{"name": "a", "kind": "base"}, {"name": "b", "kind": "instruction"}]""", "Stage 2, b")]
    [InlineData("""[{"name": "a", "kind": "base"}]""", "ends with an autoencoder")]
    [InlineData("""[{"name": "../a", "kind": "base"}, {"name": "b", "kind": "autoencoder"}]""", "'../a'")]
    [InlineData("""[{"name": "a\n", "kind": "base"}, {"name": "b", "kind": "autoencoder"}]""", "letters, digits and hyphens")]
    [InlineData("""[{"name": "a", "kind": "base"}, {"name": "A", "kind": "base"}, {"name": "b", "kind": "autoencoder"}]""", "Stage 2, A: there are two")]
    [InlineData("""[{"name": "a", "kind": "base", "settings": {"from": "elsewhere"}}, {"name": "b", "kind": "autoencoder"}]""", "the field from is not a recipe's to set")]
    [InlineData("""[{"name": "a", "kind": "base", "settings": {"stepz": 3}}, {"name": "b", "kind": "autoencoder"}]""", "Stage 1, a")]
    [InlineData("""[{"name": "a", "kind": "base"}, {"name": "b", "kind": "autoencoder", "settings": {"steps": 0}}]""", "Stage 2, b: Run settings: Steps (0)")]
    [InlineData("""[{"name": "a", "kind": "base"}, {"name": "b", "kind": "autoencoder"}], "base": {"width": 30}""", "width of 30")]
    [InlineData("""[{"name": "a", "kind": "base"}, {"name": "b", "kind": "autoencoder"}], "base": {"vocabulary": 10}""", "vocabulary of 10")]
    [InlineData("""[{"name": "a", "kind": "base"}, {"name": "b", "kind": "autoencoder"}], "steps": 10""", "steps")]
    [InlineData("""[], "format_version": 2""", "version 2 is newer")]
    public void A_recipe_that_is_not_sound_is_refused_by_name(string stages, string named)
    {
        var file = Path.Combine(_tiny.Path, "recipe.json");
        File.WriteAllText(file, $$"""{"name": "x", "stages": {{stages}}}""");

        Assert.Contains(named, Assert.ThrowsAny<IcaeException>(() => TrainingRecipe.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_known_is_told_with_those_that_are() =>
        Assert.Contains("half-hour", Assert.Throws<ConfigurationException>(() => TrainingRecipe.Load("three-hours")).Message, StringComparison.Ordinal);

    [Fact]
    public void Stopped_in_any_stage_and_resumed_it_ends_as_if_left_alone()
    {
        File.WriteAllText(Text, string.Join('\n', Enumerable.Range(0, 120).Select(i => $"The cat number {i} sat on mat {i * 7 % 31} and sang for {i * 3 % 17} hours.")));
        var alone = Pretraining.Start(Recipe, [Text], At("alone"));
        Assert.Equal(RunStatus.Completed, alone.Wait());
        Assert.Equal(9, alone.Steps);
        Assert.Equal(Enumerable.Range(1, 6).Select(step => (long)step), alone.Curve("rows_loss").Select(point => point.Step));
        Assert.Equal(Enumerable.Range(4, 6).Select(step => (long)step), alone.Curve("ae_loss").Select(point => point.Step));
        Assert.Equal("autoencoder", alone.Part);

        var stopped = Pretraining.Start(Recipe, [Text], At("stopped"));
        StopAt(stopped, 2);
        Assert.Equal(RunStatus.Stopped, stopped.Wait());
        foreach (var step in (int[])[5, 8])
        {
            stopped = Pretraining.Resume(At("stopped"));
            StopAt(stopped, step);
            Assert.Equal(RunStatus.Stopped, stopped.Wait());
        }

        stopped = Pretraining.Resume(At("stopped"));
        Assert.Equal(RunStatus.Completed, stopped.Wait());
        Assert.Equal(alone.Points.Select(point => (point.Step, point.Name)), stopped.Points.Select(point => (point.Step, point.Name)));
        foreach (var file in (string[])["adapter_model.safetensors", "memory.safetensors"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(alone.ModelPath, file)), File.ReadAllBytes(Path.Combine(stopped.ModelPath, file)));

        Assert.Equal(File.ReadAllBytes(At("alone", "2-restoring", "model", "model.safetensors")), File.ReadAllBytes(At("stopped", "2-restoring", "model", "model.safetensors")));
        using var icae = stopped.Load();
        using var memory = icae.Compress("The cat sat");
        Assert.True(memory.SlotCount > 0);
        Assert.Equal("stopped-autoencoder", icae.Name);
        Assert.Throws<ConfigurationException>(() => Pretraining.Start(Recipe, [Text], At("alone")));
    }

    [Fact]
    public void Without_texts_or_where_a_text_is_missing_it_does_not_begin()
    {
        Assert.Throws<ConfigurationException>(() => Pretraining.Start(Recipe, [], At("none")));
        Assert.Throws<ConfigurationException>(() => Pretraining.Start(Recipe, [At("absent.txt")], At("none")));
        Assert.Throws<ConfigurationException>(() => RecipeFolder.Open(At("none")));
    }

    [Fact]
    public void What_a_start_that_failed_left_behind_does_not_spoil_the_folder()
    {
        File.WriteAllText(Text, string.Join('\n', Enumerable.Range(0, 120).Select(i => $"The cat number {i} sat on mat {i * 7 % 31} and sang for {i * 3 % 17} hours.")));
        File.WriteAllText(At("short.txt"), "The cat.");
        var failed = Pretraining.Start(Recipe, [Text], At("run"), [At("short.txt")]);
        Assert.Contains("validation", Assert.Throws<ConfigurationException>(() => failed.Wait()).Message, StringComparison.Ordinal);
        Assert.False(RecipeFolder.Exists(At("run")));

        // As a process leaves it that is killed between the first stage's settings and the recipe's own file.
        var tokenizer = RunData.Prepare(At("run"), [new TextDocument("a", File.ReadAllText(Text))], [new TextDocument("a", File.ReadAllText(Text))], TinyRun.Vocabulary);
        TrainingRun.Create(At("run", "1-base"), Recipe.Settings(0, tokenizer, null));
        Assert.Equal(RunStatus.Completed, Pretraining.Start(Recipe, [Text], At("run")).Wait());
    }

    [Fact]
    public void Runs_that_are_anothers_are_left_alone()
    {
        File.WriteAllText(Text, string.Join('\n', Enumerable.Range(0, 120).Select(i => $"The cat number {i} sat on mat {i * 7 % 31} and sang for {i * 3 % 17} hours.")));
        var run = Pretraining.Start(Recipe, [Text], At("runs"));
        run.Wait();
        File.Delete(At("runs", "recipe.json"));

        Assert.Contains("1-base", Assert.Throws<ConfigurationException>(() => Pretraining.Start(Recipe, [Text], At("runs")).Wait()).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(At("runs", "1-base", "model", "model.safetensors")));
        Directory.Delete(At("runs", "1-base"), recursive: true);
        Assert.Contains("2-restoring", Assert.Throws<ConfigurationException>(() => Pretraining.Start(Recipe, [Text], At("runs")).Wait()).Message, StringComparison.Ordinal);
    }

    private string Text => At("text.txt");

    private static TrainingRecipe Recipe => new TrainingRecipe
    {
        Name = "tiny",
        Base = new BaseShape { Vocabulary = TinyRun.Vocabulary, Width = 32, Layers = 1, Heads = 1 },
        Stages =
        [
            new RecipeStage { Name = "base", Kind = RunKind.Base },
            new RecipeStage { Name = "restoring", Kind = RunKind.Restoring, Settings = Small("""{"every": 1, "accuracy_every": 1}""") },
            new RecipeStage { Name = "autoencoder", Kind = RunKind.Autoencoder, Settings = Small("{}") },
        ],
    }.With((JsonObject)JsonNode.Parse("""{"steps": 3, "threads": 1, "compute_type": "float32", "log_every": 1, "evaluate_every": 0, "checkpoint_minutes": 0}""")!);

    private static JsonObject Small(string more)
    {
        var autoencoder = (JsonObject)JsonNode.Parse(more)!;
        autoencoder["batch"] = 2;
        autoencoder["evaluation_texts"] = 2;
        autoencoder["evaluation_lengths"] = new JsonArray(16);
        autoencoder["ladder"] = JsonNode.Parse("""{"rungs": [{"lengths": [16], "tokens_per_slot": 2}]}""");
        return new JsonObject { ["autoencoder"] = autoencoder };
    }

    private static void StopAt(PretrainingRun run, long step) => run.Changed += (_, _) =>
    {
        if (run.Step >= step)
            run.RequestStop();
    };

    private string At(params string[] names) => Path.Combine([_tiny.Path, .. names]);
}
