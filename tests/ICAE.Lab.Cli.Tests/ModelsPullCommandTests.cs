using ICAE.Lab.Formats.Hub;
using ICAE.Lab.Tests.Formats.Hub;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Fetching models, against a hub on this machine.</summary>
public sealed class ModelsPullCommandTests
{
    private const string Why = "The user's data folder is moved by a variable, which is a matter of Linux.";

    [SkippableFact]
    public async Task A_pulled_model_is_listed_and_described_by_its_name()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), Why);
        using var place = new PullPlace();
        var pulled = await CommandResult.RunAsync("models", "pull", "owner/tiny", "--json");
        var again = await CommandResult.RunAsync("models", "pull", "owner/tiny");
        var list = await CommandResult.RunAsync("models", "list", "--json");
        var info = await CommandResult.RunAsync("models", "info", "tiny", "--json");

        Assert.Equal(ExitCodes.Ok, pulled.ExitCode);
        var path = Path.Combine(place.Models, "owner", "tiny");
        Assert.Equal((path, "owner/tiny", place.Server.Commit), (pulled.Json["path"]!.GetValue<string>(), pulled.Json["name"]!.GetValue<string>(), pulled.Json["commit"]!.GetValue<string>()));
        Assert.True(pulled.Json["pulled"]!.GetValue<bool>());
        Assert.Null(pulled.Json["warning"]);
        Assert.Equal(["config.json", "model.safetensors"], pulled.Json["files"]!.AsArray().Select(file => file!["name"]!.GetValue<string>()));
        Assert.Equal(ExitCodes.Ok, again.ExitCode);
        Assert.Contains("It was there already", again.Output, StringComparison.Ordinal);
        Assert.Contains(path, again.Output, StringComparison.Ordinal);
        Assert.Contains(list.Json["models"]!.AsArray(), model => model!["name"]!.GetValue<string>() == "owner/tiny" && model["kind"]!.GetValue<string>() == "base");
        Assert.Equal(30, info.Json["tensors"]!.AsArray().Count);
    }

    [SkippableFact]
    public async Task An_unknown_architecture_is_kept_with_a_warning()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), Why);
        using var place = new PullPlace();
        place.Server.Files["config.json"] = """{"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2"}"""u8.ToArray();
        var result = await CommandResult.RunAsync("models", "pull", "owner/tiny", "--name", "own");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Contains("GPT2LMHeadModel", Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(place.Models, "own", "model.safetensors")));
    }

    [SkippableFact]
    public async Task The_token_is_sent_and_never_shown()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), Why);
        using var place = new PullPlace();
        place.Set(HubEndpoint.TokenVariable, "hf_very_secret");
        place.Set(HubEndpoint.Variable, null);
        var good = await CommandResult.RunAsync("models", "pull", "owner/tiny", "--endpoint", place.Server.Address, "--json");
        place.Server.Intercept = _ => new HubAnswer(401, []);
        var refused = await CommandResult.RunAsync("models", "pull", "owner/tiny", "--endpoint", place.Server.Address);

        Assert.Equal((ExitCodes.Ok, ExitCodes.Failed), (good.ExitCode, refused.ExitCode));
        Assert.All(place.Server.Requests, request => Assert.Equal("Bearer hf_very_secret", request.Headers["Authorization"]));
        Assert.Contains("does not let the token in HF_TOKEN see owner/tiny (401)", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", good.Output + good.Error + refused.Output + refused.Error, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(place.Models, "*.json", SearchOption.AllDirectories), file => Assert.DoesNotContain("secret", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_stopped_pull_says_that_it_goes_on_later()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), Why);
        using var place = new PullPlace();
        using var source = new CancellationTokenSource();
        place.Server.Intercept = request =>
        {
            if (request.IsListing)
                return null;

            source.CancelAfter(TimeSpan.FromMilliseconds(1));
            return place.Server.Answer(request) with { CutAfter = 0, HoldsAfter = new TaskCompletionSource().Task };
        };
        var stopped = await CommandResult.RunAsync(source.Token, "models", "pull", "owner/tiny");
        place.Server.Intercept = _ => null;
        var after = await CommandResult.RunAsync("models", "pull", "owner/tiny");

        Assert.Equal(ExitCodes.Interrupted, stopped.ExitCode);
        Assert.Equal("icae: stopped; what was fetched of owner/tiny is kept, and the same command goes on from there", stopped.Error.Trim());
        Assert.Empty(stopped.Output);
        Assert.Equal(ExitCodes.Ok, after.ExitCode);
    }

    [SkippableFact]
    public async Task What_the_hub_does_not_have_is_one_line()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), Why);
        using var place = new PullPlace();
        var text = await CommandResult.RunAsync("models", "pull", "owner/other");
        var json = await CommandResult.RunAsync("models", "pull", "owner/other", "--json");

        Assert.Equal(ExitCodes.Failed, text.ExitCode);
        Assert.Empty(text.Output);
        Assert.Contains("has no model owner/other", Assert.Single(text.Error.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, json.ExitCode);
        Assert.False(json.Json["ok"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("base-models/mistral")]
    [InlineData("gguf/every-type.gguf")]
    public async Task What_is_on_this_machine_needs_no_pull(string path)
    {
        var full = ReferenceCopy.Find(path.Split('/'));
        var text = await CommandResult.RunAsync("models", "pull", full);
        var json = await CommandResult.RunAsync("models", "pull", full, "--json");

        Assert.Equal(ExitCodes.Ok, text.ExitCode);
        Assert.Contains("it needs no pull", text.Output, StringComparison.Ordinal);
        Assert.False(json.Json["pulled"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("'a/b/c'", "a/b/c")]
    [InlineData("'../x'", "../x")]
    [InlineData("is a pickle", "owner/tiny", "--file", "pytorch_model.bin")]
    [InlineData("'README.md'", "owner/tiny", "--file", "README.md")]
    [InlineData("'a/b/c'", "owner/tiny", "--name", "a/b/c")]
    [InlineData("'hub'", "owner/tiny", "--endpoint", "hub")]
    [InlineData("branch", "owner/tiny", "--revision", "")]
    public async Task What_cannot_be_is_told_before_anything_is_asked_for(string told, params string[] args)
    {
        var result = await CommandResult.RunAsync(["models", "pull", .. args]);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(told, Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }
}
