using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>
/// Measures how well questions about texts are answered from their slots (sec. 2.3 of the paper): the same answers are predicted with the text itself in the
/// context, behind its slots, behind another text's slots and behind the question alone.
/// </summary>
public static class AnswerEvaluator
{
    /// <summary>Evaluates an autoencoder.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="examples">Texts, questions about them and their answers.</param>
    /// <param name="settings">How it is measured.</param>
    /// <param name="progress">Told the questions done and in all, each counted once a condition.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>Scores of all questions, and by their kinds.</returns>
    /// <exception cref="ConfigurationException">No question is left, one has an empty part, or the tokenizer has no token that ends a text or a line.</exception>
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
        var others = Others(questions);
        ContextCondition[] conditions = [.. Enum.GetValues<ContextCondition>().Where(condition => others is not null || condition != ContextCondition.OtherMemory)];
        var (done, total) = (0, questions.Length * conditions.Length);
        var measured = conditions.ToDictionary(condition => condition, Measure);
        progress?.Report((total, total));

        var texts = questions.GroupBy(question => question.TextNumber).Select(group => group.First().Text).ToArray();
        int[] all = [.. Enumerable.Range(0, questions.Length)];
        return new AnswerResult(
            model.Name,
            model.Base.Kind,
            model.Usage.Instruction is not null,
            settings,
            skipped,
            texts.Length,
            (double)texts.Sum(text => text.Length) / texts.Sum(reading.Slots),
            Summarise(null, all),
            [.. all.Where(i => questions[i].Kind is not null).GroupBy(i => questions[i].Kind).Select(group => Summarise(group.Key, [.. group]))]);

        (double Loss, double Accuracy, bool Exact)[] Measure(ContextCondition condition) =>
        [
            .. Enumerable.Range(0, questions.Length).Chunk(settings.BatchSize).SelectMany(batch =>
            {
                progress?.Report((done, total));
                token.ThrowIfCancellationRequested();
                done += batch.Length;
                var sources = condition == ContextCondition.OtherMemory ? batch.Select(i => others![i]) : batch;
                return reading.Force(condition, [.. batch.Select(i => questions[i])], [.. sources.Select(i => questions[i].Text)]);
            }),
        ];

        AnswerKind Summarise(string? kind, int[] of)
        {
            var bootstrap = new Bootstrap(settings.Seed, settings.Resamples);

            // Questions about one text hang together.
            string[] levels = [.. of.Select(i => questions[i].TextNumber.ToString(CultureInfo.InvariantCulture))];
            return new AnswerKind(kind, of.Length, measured.ToDictionary(entry => entry.Key, entry => new AnswerScores(
                Mean(i => entry.Value[i].Exact ? 1 : 0), Mean(i => entry.Value[i].Loss), Mean(i => entry.Value[i].Accuracy))));

            ConfidenceInterval Mean(Func<int, double> value) => bootstrap.Mean([.. of.Select(value)], levels);
        }
    }

    private static (Question[] Questions, int Skipped) Prepare(
        IcaeModel model, IEnumerable<InstructionExample> examples, AnswerSettings settings, AnswerReading reading, CancellationToken cancellation)
    {
        var texts = new Dictionary<string, (int Number, int[] Ids)>();
        var (questions, skipped) = (new List<Question>(), 0);
        foreach (var example in examples)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!texts.TryGetValue(example.Input, out var text))
                texts[example.Input] = text = (texts.Count, [.. model.Encode(example.Input)]);

            var question = new Question(text.Ids, [.. model.Base.Tokenizer.Encode(example.Prompt)], [.. model.Base.Tokenizer.Encode(example.Answer)], example.Kind, text.Number);
            if (text.Ids.Length == 0 || question.Prompt.Length == 0 || question.Answer.Length == 0)
                throw new ConfigurationException($"Question {questions.Count + skipped + 1} has an empty text, prompt or answer.");

            if (text.Ids.Length > settings.LongestText || reading.Length(question) > model.Base.Transformer.Config.MaxPositions)
                skipped++;
            else
                questions.Add(question);
        }

        if (questions.Count == 0)
            throw new ConfigurationException($"There is no question about a text of at most {settings.LongestText} tokens to be answered ({skipped} were skipped).");

        return ([.. EvaluationTexts.Spread(questions, settings.Limit)], skipped);
    }

    /// <summary>For each question one about another text, from half of them on; <see langword="null"/> where all are about one text.</summary>
    private static int[]? Others(Question[] questions)
    {
        if (questions.All(question => question.TextNumber == questions[0].TextNumber))
            return null;

        return
        [
            .. questions.Select((question, i) => Enumerable.Range(questions.Length / 2, questions.Length)
                .Select(step => (i + step) % questions.Length)
                .First(other => questions[other].TextNumber != question.TextNumber)),
        ];
    }
}
