using System.CommandLine;
using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Goes on from the text of a memory file.</summary>
internal sealed class ContinueCommand : ReadingCommand
{
    private readonly Option<int> _tokens;

    public ContinueCommand()
        : base(
            "continue",
            "Go on from the text of a memory file and print what the model writes. It is good at this only where it was trained to continue.",
            "icae continue story.safetensors --tokens 40",
            "icae continue story.safetensors --temperature 0.8 --top-p 0.95 --seed 7")
    {
        _tokens = AddTokens(40);
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
