using System.CommandLine;
using ICAE.Lab.Cli.Commands;

namespace ICAE.Lab.Cli.Tests;

/// <summary>What every command shares: help, versions, exit codes and messages.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> CommandNames => [.. Leaves(CommandLine.Build(), []).Select(path => string.Join(' ', path))];

    [Fact]
    public async Task The_version_is_that_of_the_library()
    {
        var result = await CommandResult.RunAsync("--version");

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(typeof(IcaeException).Assembly.GetName().Version!.ToString(3), result.Output.Trim());
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public async Task Every_command_has_help_with_examples_that_parse(string name)
    {
        var words = name.Split(' ');
        var result = await CommandResult.RunAsync([.. words, "--help"]);

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Contains($"icae {name}", result.Output, StringComparison.Ordinal);
        Assert.Contains("--json", result.Output, StringComparison.Ordinal);
        var command = (IcaeCommand)words.Aggregate((Command)CommandLine.Build(), (parent, word) => parent.Subcommands.Single(child => child.Name == word));
        Assert.NotEmpty(command.Examples);
        Assert.All(command.Examples, example =>
        {
            Assert.Contains(example, result.Output, StringComparison.Ordinal);
            Assert.StartsWith($"icae {name}", example, StringComparison.Ordinal);
            Assert.Empty(CommandLine.Build().Parse(example["icae ".Length..]).Errors);
        });
    }

    [Theory]
    [InlineData("Required command", "icae --help")]
    [InlineData("Required command", "icae models --help", "models")]
    [InlineData("compres", "icae --help", "compres")]
    [InlineData("PATH", "icae verify --help", "verify")]
    [InlineData("--bases", "icae verify --help", "verify", "x", "--bases", "y")]
    [InlineData("'tpu'", "icae verify --help", "verify", "x", "--device", "tpu")]
    [InlineData("'cuda:'", "icae verify --help", "verify", "x", "--device", "cuda:")]
    [InlineData("'int8'", "icae verify --help", "verify", "x", "--dtype", "int8")]
    [InlineData("'many'", "icae verify --help", "verify", "x", "--threads", "many")]
    [InlineData("-1", "icae verify --help", "verify", "x", "--threads", "-1")]
    [InlineData("-5", "icae verify --help", "verify", "x", "--seed", "-5")]
    public async Task Bad_usage_is_told_on_standard_error_and_exits_with_2(string told, string help, params string[] args)
    {
        var result = await CommandResult.RunAsync(args);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
        Assert.Contains(help, result.Error, StringComparison.Ordinal);
        Assert.All(result.Error.Trim().Split('\n')[..^1], line => Assert.StartsWith("icae: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("evaluate", "evalute")]
    [InlineData("list", "models", "lsit")]
    [InlineData("--threads", "doctor", "--thraeds", "1")]
    public async Task A_name_with_a_slip_is_told_with_the_one_that_it_resembles(string meant, params string[] args)
    {
        var result = await CommandResult.RunAsync(args);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Matches($"(?m)^icae: .*Did you mean.* {meant}$", result.Error);
    }

    [Fact]
    public async Task Failures_are_one_line_without_a_stack_trace()
    {
        var result = await CommandResult.RunAsync("models", "info", "no-such-model.safetensors");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Equal("icae: no-such-model.safetensors: there is no such file", result.Error.Trim());
    }

    [Fact]
    public async Task Failures_are_one_object_where_json_is_asked_for()
    {
        var result = await CommandResult.RunAsync("models", "info", "no-such-model.safetensors", "--json");

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.False(result.Json["ok"]!.GetValue<bool>());
        Assert.Equal("no-such-model.safetensors: there is no such file", result.Json["error"]!.GetValue<string>());
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("Option '--output' is required.", "compress", "a.txt", "--json")]
    [InlineData("--limit", "evaluate", "--limit", "0", "--json")]
    [InlineData("--limit", "evaluate", "--limit", "0", "--json:true")]
    public async Task A_command_line_that_is_wrong_is_one_object_too_where_json_is_asked_for(string told, params string[] args)
    {
        var result = await CommandResult.RunAsync(args);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.False(result.Json["ok"]!.GetValue<bool>());
        Assert.Contains(told, result.Json["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Single(result.Output.Trim().Split('\n'));
        Assert.StartsWith("icae: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_command_exits_with_130()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var result = await CommandResult.RunAsync(source.Token, "verify", ReferenceCopy.Find("text", "metrics.json"), "--json");

        Assert.Equal(ExitCodes.Interrupted, result.ExitCode);
        Assert.Equal((false, "stopped"), ((bool)result.Json["ok"]!, (string)result.Json["error"]!));
        Assert.Equal("icae: stopped", result.Error.Trim());
    }

    private static IEnumerable<string[]> Leaves(Command command, string[] path) => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(child => Leaves(child, [.. path, child.Name]));
}
