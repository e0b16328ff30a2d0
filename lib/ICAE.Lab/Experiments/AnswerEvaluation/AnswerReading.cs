using ICAE.Lab.Autoencoder;
using ICAE.Lab.Experiments.RestorationEvaluation;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>Predicts answers behind questions and what a condition makes of the texts that they are about.</summary>
/// <remarks>The base alone reads text, question and answer as running text, each on a line of its own, as <see cref="Data.Stories.StoryLines.ToAskedPassage"/> writes them.</remarks>
internal sealed class AnswerReading
{
    private readonly IcaeModel _model;
    private readonly AnswerSettings _settings;
    private readonly InstructionLayout _layout;
    private readonly int[] _line;
    private readonly int[] _opening;
    private readonly int _end;

    /// <summary>Finds what opens a text, ends one, and ends a line.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="settings">How it is measured.</param>
    /// <exception cref="ConfigurationException">The tokenizer has no token that ends a text, or a line.</exception>
    public AnswerReading(IcaeModel model, AnswerSettings settings)
    {
        (_model, _settings) = (model, settings);
        _layout = settings.Layout ?? model.Usage.Instruction ?? InstructionLayout.Version1;
        _line = [.. model.Base.Tokenizer.Encode("\n")];
        _opening = model.OpeningId is { } opening ? [opening] : [];
        _end = model.DefaultGeneration.EosIds is [var end, ..] && _line.Length > 0
            ? end
            : throw new ConfigurationException($"{model.Name}: its tokenizer has no token that ends a text, or none that ends a line, so it does not show where an answer ends.");
    }

    /// <summary>The longest sequence that a condition makes of a question.</summary>
    public int Length(Question question) => _opening.Length + question.Text.Length + question.Prompt.Length + question.Answer.Length + (2 * _line.Length);

    /// <summary>Slots of a text.</summary>
    public int Slots(int[] text) => _model.Plan(text.Length, _settings.TokensPerSlot).SlotCount;

    /// <summary>Predicts answers.</summary>
    /// <param name="condition">What is known of the texts.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="texts">For each the text that is read: its own, or another question's.</param>
    /// <returns>For each question the mean loss of its answer's tokens, the share of them that were the likeliest, and whether all of them and the end behind them were.</returns>
    public (double Loss, double Accuracy, bool Exact)[] Force(ContextCondition condition, Question[] questions, int[][] texts)
    {
        var end = condition is ContextCondition.Memory or ContextCondition.OtherMemory ? _end : _line[0];
        int[][] answers = [.. questions.Select(question => (int[])[.. question.Answer, end])];
        var (losses, correct) = condition switch
        {
            ContextCondition.TextInContext => ContextReading.Force(_model.Base.Transformer, [.. questions.Select((question, i) => Lines([.. texts[i], .. _line], question))], answers),
            ContextCondition.NoContext => ContextReading.Force(_model.Base.Transformer, [.. questions.Select(question => Lines([], question))], answers),
            _ => ForceSlots(questions, texts, answers),
        };
        var results = new (double, double, bool)[questions.Length];
        var first = 0;
        for (var i = 0; i < questions.Length; i++)
        {
            var answer = first..(first + answers[i].Length - 1);
            results[i] = (losses[answer].Average(loss => (double)loss), correct[answer].Average(right => right ? 1.0 : 0.0), correct[answer.Start..(answer.End.Value + 1)].All(right => right));
            first += answers[i].Length;
        }

        return results;
    }

    private int[] Lines(int[] before, Question question) => [.. _opening, .. before, .. question.Prompt, .. _line];

    private (float[] Losses, bool[] Correct) ForceSlots(Question[] questions, int[][] texts, int[][] answers)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        SpanPlan[] plans = [.. texts.Select(text => _model.Plan(text.Length, _settings.TokensPerSlot))];
        var slots = _model.Core.Encode(texts, plans);
        int[] before = [.. _layout.Before];
        int[][] leads = [.. plans.Zip(questions, (plan, question) => Generation.Sequence(_model.Core, plan, before, _layout.Behind(_model.Core.Ids, question.Prompt)))];
        return SlotReading.Force(_model.Core, slots, leads, answers);
    }
}
