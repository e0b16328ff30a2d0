using System.CommandLine;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Cli.Commands;

namespace ICAE.Lab.Cli;

/// <summary>The options that say how tokens are chosen.</summary>
internal sealed class GenerationOptions
{
    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Divides the logits before a token is drawn; 0 takes the largest logit (greedy).",
        DefaultValueFactory = _ => 0,
        HelpName = "T",
    };

    private readonly Option<int?> _topK = new("--top-k") { Description = "Draw from this many of the likeliest tokens only.", HelpName = "K" };
    private readonly Option<double?> _topP = new("--top-p") { Description = "Draw from the fewest tokens whose probabilities reach this sum.", HelpName = "P" };

    /// <summary>Adds the options to a command.</summary>
    public GenerationOptions(IcaeCommand command)
    {
        command.Add(_temperature);
        command.Add(_topK);
        command.Add(_topP);
        command.Validators.Add(result =>
        {
            if (result.IsGiven(_temperature) && result.GetValue(_temperature) is var temperature && !(double.IsFinite(temperature) && temperature >= 0))
                result.AddError($"--temperature: {temperature} is not a number from 0 on.");

            if (result.GetValue(_topK) is < 1 and var count)
                result.AddError($"--top-k: {count} is not at least 1.");

            if (result.GetValue(_topP) is { } share && share is not (> 0 and <= 1))
                result.AddError($"--top-p: {share} is not above 0 and at most 1.");

            if (result.GetValue(_temperature) == 0 && (result.IsGiven(_topK) || result.IsGiven(_topP)))
                result.AddError("--top-k and --top-p draw, and at --temperature 0, the default, nothing is drawn: give a temperature above 0.");
        });
    }

    /// <summary>An autoencoder's own settings with what was given.</summary>
    public GenerationSettings Apply(GenerationSettings settings, Invocation invocation, long seed) => settings with
    {
        Temperature = invocation.Arguments.GetValue(_temperature),
        TopK = invocation.Arguments.GetValue(_topK),
        TopP = invocation.Arguments.GetValue(_topP),
        Seed = seed,
    };
}
