using System.CommandLine;
using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Writes a text back from a memory file.</summary>
internal sealed class RestoreCommand : ReadingCommand
{
    private readonly Option<int?> _most = new("--max-tokens") { Description = "The largest number of tokens; by default one and a half times the text's and 16 more.", HelpName = "N" };

    public RestoreCommand()
        : base(
            "restore",
            "Restore the text of a memory file and print it. What the model gets wrong is printed as it is.",
            "icae restore story.safetensors",
            "icae restore story.safetensors --without 0 3",
            "icae restore story.safetensors --json")
    {
        Add(_most);
        Validators.Add(result =>
        {
            if (result.GetValue(_most) is < 1 and var most)
                result.AddError($"--max-tokens: {most} is not at least 1.");
        });
    }

    protected override (string Text, IReadOnlyList<int> Ids, GenerationEnd End) Read(
        IcaeModel model, Memory memory, GenerationSettings settings, Action<string> onText, Invocation invocation)
    {
        var restored = model.Restore(memory, settings with { MaxNewTokens = invocation.Arguments.GetValue(_most) }, onText, invocation.Cancellation);
        return (restored.Text, restored.Ids, restored.End);
    }
}
