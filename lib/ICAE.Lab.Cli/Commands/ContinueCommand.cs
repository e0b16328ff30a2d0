using System.CommandLine;
using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Goes on from the text of a memory file.</summary>
internal sealed class ContinueCommand : ReadingCommand
{
    private readonly Option<int> _tokens = new("--tokens") { Description = "The largest number of new tokens.", DefaultValueFactory = _ => 40, HelpName = "N" };

    public ContinueCommand()
        : base(
            "continue",
            "Go on from the text of a memory file and print what the model writes. It is good at this only where it was trained to continue.",
            "icae continue story.safetensors --tokens 40",
            "icae continue story.safetensors --temperature 0.8 --top-p 0.95 --seed 7")
    {
        Add(_tokens);
        Validators.Add(result =>
        {
            if (result.IsGiven(_tokens) && result.GetValue(_tokens) is < 1 and var tokens)
                result.AddError($"--tokens: {tokens} is not at least 1.");
        });
    }

    protected override (string Text, IReadOnlyList<int> Ids, GenerationEnd End) Read(
        IcaeModel model, Memory memory, GenerationSettings settings, Action<string> onText, Invocation invocation)
    {
        if (model.IsTrainedToContinue == false)
            invocation.Terminal.Error.WriteLine($"icae: note: {model.Name} was trained to restore texts and not to go on from them; it will rather begin the text again.");

        var continued = model.Continue(memory, invocation.Arguments.GetValue(_tokens), settings, onText, invocation.Cancellation);
        return (continued.Text, continued.Ids, continued.End);
    }
}
