namespace ICAE.Lab.Cli.Tests;

/// <summary>A recipe, followed to its end.</summary>
[Collection("torch")]
public sealed class RecipeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_recipe_makes_a_base_and_an_autoencoder_and_the_same_command_goes_on_with_it()
    {
        var texts = _folder.Write("texts.txt", TrainedModels.Sentences(2000));
        var recipe = _folder.Write("tiny.json", """
            {"name": "tiny", "base": {"vocabulary": 280, "width": 16, "layers": 1, "heads": 1}, "stages": [
              {"name": "base", "kind": "base", "settings": {"steps": 2, "rows": {"batch": 2, "length": 64}}},
              {"name": "autoencoder", "kind": "autoencoder", "settings": {"steps": 2, "autoencoder": {"batch": 2, "evaluation_texts": 2, "evaluation_lengths": [16],
                "ladder": {"rungs": [{"lengths": [16], "tokens_per_slot": 2}]}}}}]}
            """);
        string[] command = ["recipe", recipe, "--run", _folder.Path("run"), "--texts", texts, "--validation", texts, "--threads", "1", "--dtype", "float32", "--seed", "4", "--json"];
        var made = await CommandResult.RunAsync(command);

        Assert.True(made.ExitCode == ExitCodes.Ok, made.Error);
        Assert.Equal("completed", made.Json["status"]!.GetValue<string>());
        Assert.Equal(["base", "autoencoder"], made.Json["stages"]!.AsArray().Select(stage => stage!["name"]!.GetValue<string>()));
        Assert.Contains("stage 2 of 2, autoencoder: autoencoder: 2 updates", made.Error, StringComparison.Ordinal);
        Assert.Contains("\"seed\": 4", File.ReadAllText(_folder.Path("run", "2-autoencoder", "settings.json")), StringComparison.Ordinal);
        var model = made.Json["model"]!.GetValue<string>();
        var memory = _folder.Path("memory.safetensors");
        Assert.Equal(ExitCodes.Ok, (await CommandResult.RunAsync("compress", "--text", "The keeper slept.", "--model", model, "-o", memory, "--threads", "1")).ExitCode);

        var again = await CommandResult.RunAsync(command);
        Assert.Equal(ExitCodes.Ok, again.ExitCode);
        Assert.Contains("going on with", again.Error, StringComparison.Ordinal);
        Assert.Contains("not looked at: seed, compute_type, threads, texts, validation", again.Error, StringComparison.Ordinal);
        var other = await CommandResult.RunAsync(["recipe", "half-hour", .. command[2..]]);
        Assert.Equal(ExitCodes.Usage, other.ExitCode);
        Assert.Contains("follows the recipe tiny", other.Error, StringComparison.Ordinal);
        var single = await CommandResult.RunAsync("pretrain-base", "--run", _folder.Path("run"), "--texts", texts, "--validation", texts);
        Assert.Equal(ExitCodes.Usage, single.ExitCode);
        Assert.Contains("'icae recipe'", single.Error, StringComparison.Ordinal);
        Assert.Equal(["autoencoder"], again.Json["stages"]!.AsArray().Select(stage => stage!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_is_needed_to_begin_is_named()
    {
        var unnamed = await CommandResult.RunAsync("recipe", "--run", _folder.Path("run"));
        Assert.Equal(ExitCodes.Usage, unnamed.ExitCode);
        Assert.Contains("datasets/recipes", unnamed.Error, StringComparison.Ordinal);

        var textless = await CommandResult.RunAsync("recipe", "half-hour", "--run", _folder.Path("run"));
        Assert.Equal(ExitCodes.Usage, textless.ExitCode);
        Assert.Contains("--texts", textless.Error, StringComparison.Ordinal);

        var unknown = await CommandResult.RunAsync("recipe", "no-hour", "--run", _folder.Path("run"), "--texts", _folder.Write("a.txt", "a"));
        Assert.Equal(ExitCodes.Failed, unknown.ExitCode);
        Assert.Contains("half-hour", unknown.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("run")));
    }
}
