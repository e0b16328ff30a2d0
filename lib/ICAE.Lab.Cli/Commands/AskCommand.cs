using System.CommandLine;
using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Answers a question about the text of a memory file.</summary>
internal sealed class AskCommand : ReadingCommand
{
    private readonly Argument<string> _prompt = new("PROMPT") { Description = "The question or instruction." };
    private readonly Option<int> _tokens;
    private readonly Option<string?> _layout = InstructionLayouts.Option("What stands around slots and prompt, where it is not what the autoencoder was trained with");

    public AskCommand()
        : base(
            "ask",
            "Answer a question about the text of a memory file. Only an autoencoder that 'icae finetune' made, or one that was published as fine-tuned, is good at this; the memory must be made with the same one (icae compress --model).",
            "icae ask story.safetensors \"Where did she put the key?\" --model runs/answers/model",
            "icae ask story.safetensors \"Summarise the text.\" --model runs/answers/model --tokens 40")
    {
        Add(_prompt);
        _tokens = AddTokens(64);
        Add(_layout);
    }

    protected override (string Text, IReadOnlyList<int> Ids, GenerationEnd End) Read(
        IcaeModel model, Memory memory, GenerationSettings settings, Action<string> onText, Invocation invocation)
    {
        var layout = InstructionLayouts.Of(invocation.Arguments.GetValue(_layout), model.Base.Tokenizer);
        if (layout is null && model.Usage.Instruction is null)
            throw new UsageException($"{model.Name} was not trained to answer. Compress the text with a model that was ('icae compress --model'), or name a --prompt-layout to ask this one all the same.");

        var answer = model.Ask(memory, invocation.Arguments.GetRequiredValue(_prompt), invocation.Arguments.GetValue(_tokens), layout, settings, onText, invocation.Cancellation);
        return (answer.Text, answer.Ids, answer.End);
    }
}
