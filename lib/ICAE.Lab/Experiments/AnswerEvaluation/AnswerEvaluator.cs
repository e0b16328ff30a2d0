using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>
/// Measures how well questions about texts are answered from their slots (sec. 2.3 of the paper): the same answers are predicted with the text itself in the
/// context, behind its slots, behind another text's slots and behind the question alone.
/// </summary>
public static class AnswerEvaluator
{
    private static readonly uint LimitStream = CounterRandom.StreamOf("asked questions");

    /// <summary>Evaluates an autoencoder.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="examples">Texts, questions about them and their answers.</param>
    /// <param name="settings">How it is measured.</param>
    /// <param name="progress">Told the questions done and in all, each counted once a condition.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>Scores of all questions, and by their kinds.</returns>
    /// <exception cref="ConfigurationException">
    /// No question is left, one has an empty part, the autoencoder has no token that ends a text, or it cannot hold texts at the rate that was asked for.
    /// </exception>
    public static AnswerResult Run(
        IcaeModel model, IEnumerable<InstructionExample> examples, AnswerSettings settings, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var token = NotebookHost.OrCell(cancellation);
        var reading = new AnswerReading(model, settings);
        var (questions, skipped) = Prepare(model, examples, settings, reading, token);
        AskedText[] texts = [.. questions.Select(question => question.Text).DistinctBy(text => text.Number)];
        ContextCondition[] conditions = [.. ContextConditions.For(texts.Length)];

        // Another text is from half of them on: neighbours may tell of the same.
        var others = texts.Select((text, i) => (text.Number, Other: texts[(i + (texts.Length / 2)) % texts.Length])).ToDictionary(pair => pair.Number, pair => pair.Other);
        var (done, total) = (0, questions.Length * conditions.Length);
        var measured = conditions.ToDictionary(condition => condition, Measure);
        progress?.Report((total, total));

        int[] all = [.. Enumerable.Range(0, questions.Length)];
        return new AnswerResult(
            model.Name,
            model.Base.Kind,
            model.Usage.Instruction is not null,
            settings,
            skipped,
            texts.Length,
            (double)texts.Sum(text => text.Plan.TextLength) / texts.Sum(text => text.Plan.SlotCount),
            Summarise(null, all),
            [.. all.Where(i => questions[i].Example.Kind is not null).GroupBy(i => questions[i].Example.Kind).Select(group => Summarise(group.Key, [.. group]))]);

        (double Loss, double Accuracy, bool Exact)[] Measure(ContextCondition condition) =>
        [
            .. Enumerable.Range(0, questions.Length).Chunk(settings.BatchSize).SelectMany(batch =>
            {
                progress?.Report((done, total));
                token.ThrowIfCancellationRequested();
                done += batch.Length;
                Question[] asked = [.. batch.Select(i => questions[i])];
                return reading.Force(condition, asked, [.. asked.Select(question => condition == ContextCondition.OtherMemory ? others[question.Text.Number] : question.Text)]);
            }),
        ];

        AnswerKind Summarise(string? kind, int[] of)
        {
            var bootstrap = new Bootstrap(settings.Seed, settings.Resamples);

            // Questions about one text hang together.
            string[] levels = [.. of.Select(i => questions[i].Text.Number.ToString(CultureInfo.InvariantCulture))];
            return new AnswerKind(kind, of.Length, measured.ToDictionary(entry => entry.Key, entry => new AnswerScores(
                Mean(i => entry.Value[i].Exact ? 1 : 0), Mean(i => entry.Value[i].Loss), Mean(i => entry.Value[i].Accuracy))));

            ConfidenceInterval Mean(Func<int, double> value) => bootstrap.Mean([.. of.Select(value)], levels);
        }
    }

    private static (Question[] Questions, int Skipped) Prepare(
        IcaeModel model, IEnumerable<InstructionExample> examples, AnswerSettings settings, AnswerReading reading, CancellationToken cancellation)
    {
        var texts = new Dictionary<string, AskedText?>();
        var (questions, number) = (new List<Question>(), 0);
        foreach (var example in examples)
        {
            cancellation.ThrowIfCancellationRequested();
            number++;
            var prompt = model.Base.Tokenizer.Encode(example.Prompt);
            var answer = model.Base.Tokenizer.Encode(example.Answer);
            if (example.Input.Length == 0 || prompt.Count == 0 || answer.Count == 0)
                throw new ConfigurationException($"Question {number} has an empty {(example.Input.Length == 0 ? "text" : prompt.Count == 0 ? "prompt" : "answer")}.");

            if (!texts.TryGetValue(example.Input, out var text))
                texts[example.Input] = text = Cut(model, example.Input, texts.Count, settings);

            if (text is null || prompt.Count + answer.Count > settings.LongestExchange)
                continue;

            var question = new Question(text, example, [.. prompt], [.. answer]);
            if (reading.CanAsk(question))
                questions.Add(question);
        }

        if (number == 0)
            throw new ConfigurationException("There is no question to be answered.");

        if (questions.Count == 0)
        {
            throw new ConfigurationException(
                $"None of the {number} questions can be asked: their texts are longer than {settings.LongestText} tokens or than {model.Name} can hold, they are too long for its base, or their answers contain what ends an answer.");
        }

        return (Draw(questions, settings), number - questions.Count);
    }

    /// <summary>A text as the autoencoder holds it; <see langword="null"/> where it is too long.</summary>
    private static AskedText? Cut(IcaeModel model, string text, int number, AnswerSettings settings)
    {
        int[] ids = [.. model.Encode(text)];
        return ids.Length <= settings.LongestText && model.HasRoom(ids.Length, settings.TokensPerSlot)
            ? new AskedText(number, text, ids, model.Plan(ids.Length, settings.TokensPerSlot))
            : null;
    }

    /// <summary>So many of the questions, drawn, in their order: at even distances they would often be of one kind.</summary>
    private static Question[] Draw(List<Question> questions, AnswerSettings settings)
    {
        if (settings.Limit is not { } limit || limit >= questions.Count)
            return [.. questions];

        var order = new KeyedPermutation(questions.Count, settings.Seed, LimitStream);
        return [.. Enumerable.Range(0, limit).Select(place => (int)order[place]).Order().Select(i => questions[i])];
    }
}
