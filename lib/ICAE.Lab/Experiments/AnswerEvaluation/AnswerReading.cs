using ICAE.Lab.Autoencoder;
using ICAE.Lab.Experiments.RestorationEvaluation;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>Predicts answers behind questions and what a condition makes of the texts that they are about.</summary>
/// <remarks>
/// The base alone reads text, question and answer as one running text, each on a line of its own, as <see cref="Data.Stories.StoryLines.ToAskedPassage"/> writes them, behind
/// the token that opens a text where its tokenizer has one.
/// </remarks>
internal sealed class AnswerReading
{
    private readonly IcaeModel _model;
    private readonly InstructionLayout _layout;
    private readonly int[] _opening;
    private readonly int _end;

    /// <summary>Finds what stands around prompts, and what opens and ends a text.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="settings">How it is measured.</param>
    /// <exception cref="ConfigurationException">The autoencoder has no token that ends a text.</exception>
    public AnswerReading(IcaeModel model, AnswerSettings settings)
    {
        _model = model;
        _layout = settings.Layout ?? model.Usage.Instruction ?? InstructionLayout.Version1;
        _opening = model.Base.Tokenizer.BosId is { } opening ? [opening] : [];
        _end = _layout.AnswerEnd ?? model.DefaultGeneration.EosIds?.Cast<int?>().FirstOrDefault()
            ?? throw new ConfigurationException($"{model.Name}: its tokenizer has no token that ends a text, so nothing shows where an answer ends.");
    }

    /// <summary>Whether a question can be asked: everything that a condition makes of it fits into the base's positions, something stands before its answer, and that does not contain what ends an answer.</summary>
    public bool CanAsk(Question question)
    {
        if (question.Answer.Contains(_end))
            return false;

        var most = _model.Base.Transformer.Config.MaxPositions;
        var behind = _layout.Behind(_model.Core.Ids, question.Prompt).Length + question.Answer.Length;
        return _layout.Before.Count + question.Text.Plan.TaskPosition(_model.Config) + behind <= most && Lines(question.Text.Text, question).Ids.Length <= most
            && Lines(null, question).Lead > 0;
    }

    /// <summary>Predicts answers.</summary>
    /// <param name="condition">What is known of the texts.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="texts">For each the text that is read: its own, or another.</param>
    /// <returns>For each question the mean loss of its answer's tokens, the share of them that were the likeliest, and whether all of them and the end behind them were.</returns>
    public (double Loss, double Accuracy, bool Exact)[] Force(ContextCondition condition, Question[] questions, AskedText[] texts) => condition switch
    {
        ContextCondition.TextInContext => ForceLines([.. questions.Zip(texts, (question, text) => Lines(text.Text, question))]),
        ContextCondition.NoContext => ForceLines([.. questions.Select(question => Lines(null, question))]),
        _ => ForceSlots(questions, texts),
    };

    /// <summary>Lines as one running text, since tokens may reach over the end of a line, and how many ids of them stand before the answer.</summary>
    private (int[] Ids, int Lead) Lines(string? text, Question question)
    {
        var before = text is null ? $"{question.Example.Prompt}\n" : $"{text}\n{question.Example.Prompt}\n";
        int[] all = [.. _opening, .. _model.Base.Tokenizer.Encode($"{before}{question.Example.Answer}\n")];
        int[] lead = [.. _opening, .. _model.Base.Tokenizer.Encode(before)];
        return (all, all.AsSpan().CommonPrefixLength(lead));
    }

    private (double, double, bool)[] ForceLines((int[] Ids, int Lead)[] lines)
    {
        int[][] answers = [.. lines.Select(line => line.Ids[line.Lead..])];
        return Summarise(answers, EndsAlone, ContextReading.Force(_model.Base.Transformer, [.. lines.Select(line => line.Ids[..line.Lead])], answers));
    }

    private (double, double, bool)[] ForceSlots(Question[] questions, AskedText[] texts)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var slots = _model.Core.Encode([.. texts.Select(text => text.Ids)], [.. texts.Select(text => text.Plan)]);
        int[] before = [.. _layout.Before];
        int[][] leads = [.. texts.Zip(questions, (text, question) => Generation.Sequence(_model.Core, text.Plan, before, _layout.Behind(_model.Core.Ids, question.Prompt)))];
        int[][] answers = [.. questions.Select(question => (int[])[.. question.Answer, _end])];
        return Summarise(answers, _ => true, SlotReading.Force(_model.Core, slots, leads, answers));
    }

    /// <summary>Whether the end of the line is a token of its own. In some vocabularies it is one with the full stop before it.</summary>
    private bool EndsAlone(int[] answer) => _model.Base.Tokenizer.TokenText(answer[^1]) == "\n";

    /// <summary>The last token of each answer, where it is nothing but the end, counts for exactness alone.</summary>
    private static (double, double, bool)[] Summarise(int[][] answers, Predicate<int[]> endsAlone, (float[] Losses, bool[] Correct) forced)
    {
        var results = new (double, double, bool)[answers.Length];
        var first = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            var length = answers[i].Length;
            var scored = first..(first + (endsAlone(answers[i]) ? Math.Max(1, length - 1) : length));
            results[i] = (
                forced.Losses[scored].Average(loss => (double)loss),
                forced.Correct[scored].Average(right => right ? 1.0 : 0.0),
                forced.Correct.AsSpan(first, length).IndexOf(false) < 0);
            first += length;
        }

        return results;
    }
}
