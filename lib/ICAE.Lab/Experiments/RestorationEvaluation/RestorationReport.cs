using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>A result as it is told to people: with the model's facts, what the numbers do not say, and some texts.</summary>
/// <param name="Result">The result.</param>
/// <param name="Settings">Names and values: the model, its base, and how it was measured.</param>
/// <param name="BaseStatement">Which kind of base it is, and on what share of random ids it was trained.</param>
/// <param name="Limits">What the model cannot do, and what was not measured, sentence by sentence.</param>
/// <param name="Shown">Texts beside their restorations.</param>
/// <param name="WithoutMemory">What is written without memory, by condition, special tokens too; the same whatever the text was.</param>
public sealed record RestorationReport(
    RestorationResult Result,
    IReadOnlyList<(string Name, string Value)> Settings,
    string BaseStatement,
    IReadOnlyList<string> Limits,
    IReadOnlyList<ShownText> Shown,
    IReadOnlyList<(ReadingCondition Condition, string Text)> WithoutMemory)
{
    private const string RandomShareFact = "random_share";
    private const int FewBooks = 10;

    /// <summary>Makes the report of a result.</summary>
    /// <param name="model">The model that was measured.</param>
    /// <param name="result">The result.</param>
    /// <param name="shown">The most texts of a kind that are shown, spread evenly over them.</param>
    /// <returns>The report.</returns>
    public static RestorationReport Of(IcaeModel model, RestorationResult result, int shown)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(result);
        var slots = model.Plan(result.Settings.Tokens, result.Settings.TokensPerSlot).SlotCount;
        var memory = result.Texts.Where(text => text.Condition == ReadingCondition.Memory).ToArray();
        return new RestorationReport(
            result,
            Describe(model, result),
            StateBase(model),
            StateLimits(model, result, memory),
            [
                .. memory.GroupBy(text => text.Original.Kind).SelectMany(kind => Spread([.. kind], shown))
                    .Select(text => new ShownText(text, MarkedRestoration.Of(text, model.Base.Tokenizer), slots)),
            ],
            [
                .. KindScores.ZeroConditions
                    .Select(condition => result.Texts.FirstOrDefault(text => text.Condition == condition))
                    .OfType<RestoredText>()
                    .Select(text => (text.Condition, model.Base.Tokenizer.Decode(text.Ids))),
            ]);
    }

    /// <summary>A condition in words.</summary>
    /// <param name="condition">The condition.</param>
    /// <returns>What the decoder reads.</returns>
    public static string Describe(ReadingCondition condition) => condition switch
    {
        ReadingCondition.Memory => "the text's own slots",
        ReadingCondition.TaskToken => "[AE] alone, no slots",
        ReadingCondition.BaseAlone => "the base by itself, nothing before the text",
        ReadingCondition.ConstantSlots => "one set of slots trained for every text",
        ReadingCondition.TextInContext => "the text itself, to be copied",
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "There is no such condition."),
    };

    private static IEnumerable<RestoredText> Spread(RestoredText[] texts, int most) =>
        Enumerable.Range(0, Math.Min(most, texts.Length)).Select(i => texts[(int)((long)i * texts.Length / Math.Min(most, texts.Length))]);

    private static List<(string Name, string Value)> Describe(IcaeModel model, RestorationResult result)
    {
        var (config, transformer) = (model.Config, model.Base.Transformer);
        var plan = model.Plan(result.Settings.Tokens, result.Settings.TokensPerSlot);
        var added = model.Core.Trainables.Sum(weight => weight.Value.NumberOfElements);
        return
        [
            ("model", model.Name),
            ("base", $"{model.Base.Name}, {Invariant($"{transformer.Config.ParameterCount / 1e6:0.00}")} million parameters, vocabulary {model.Base.Tokenizer.VocabularySize}"),
            ("kind of base", OwnJson.Name(model.Base.Kind)),
            ("random or shifted ids in training", $"base: {RandomShare(model.Base.Facts)}; autoencoder: {RandomShare(model.Facts)}"),
            ("added parameters", Invariant($"{added / 1e6:0.000} million ({100.0 * added / transformer.Config.ParameterCount:0.#} % of the base): LoRA of rank {config.Lora.Rank} and {config.TableRows} trained tokens")),
            ("a slot is", config.Layout == SlotLayout.Embeddings ? Invariant($"an input embedding of {transformer.Config.HiddenSize} numbers") : Invariant($"keys and values of {transformer.Config.Layers} layers, {2 * transformer.Config.Layers * transformer.Config.KeyValueHeads * transformer.Config.HeadSize} numbers")),
            ("memory tokens, positions", $"{OwnJson.Name(config.MemoryTokens)}, {OwnJson.Name(config.Positions)}"),
            ("texts", string.Join(", ", result.Kinds.Select(kind => Invariant($"{kind.Count} {kind.Kind}{(kind.Skipped > 0 ? $" ({kind.Skipped} too short)" : "")}")))),
            ("tokens, slots", Invariant($"{plan.TextLength} tokens on {plan.SlotCount} slots in {plan.Spans.Count} {(plan.Spans.Count == 1 ? "span" : "spans")}: {plan.Ratio:0.##} tokens a slot as used")),
            ("computed in", $"{transformer.ComputeType} on {transformer.Device}"),
            ("restored", $"greedily, to the end of text or {result.Settings.MaxNewTokens} tokens"),
            ("seed, resamples", Invariant($"{result.Settings.Seed}, {result.Settings.Resamples}")),
        ];
    }

    /// <summary>Which kind of base an autoencoder stands on, and on what share of random ids both were trained.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <returns>Three sentences.</returns>
    public static string StateBase(IcaeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var kind = model.Base.Kind switch
        {
            BaseKind.Plain => "a plain base: it was trained on running text alone",
            BaseKind.Copying => "a copying base: it was trained on running text and on stretches that repeat, so that it copies from its context",
            BaseKind.Restoring => "a restoring base: trained on running text and to read memory, through an encoder that was trained with it. That prepares it more than the paper's base, an ordinary pretrained model, was",
            BaseKind.Pretrained => "a public model, pretrained elsewhere; it may have read these very texts",
            _ => "a base of which nobody has said what it learned",
        };
        var training = model.IsTrainedWithBase ? "It is the decoder, and the encoder was first trained together with it." : "Frozen while the encoder was trained, it is the decoder.";
        return $"{model.Name} stands on {kind}. {training} Random or shifted ids in training: base {RandomShare(model.Base.Facts)}, autoencoder {RandomShare(model.Facts)}.";
    }

    private static List<string> StateLimits(IcaeModel model, RestorationResult result, RestoredText[] memory)
    {
        var limits = new List<string>();
        foreach (var kind in result.Kinds.Where(kind => kind.Count > 0))
        {
            var own = memory.Where(text => text.Original.Kind == kind.Kind).ToArray();
            var exact = own.Count(text => text.Ids.SequenceEqual(text.Original.Ids));
            limits.Add(Invariant($"{exact} of {kind.Count} {kind.Kind} texts came back without any error; BLEU {kind.Memory[RestorationMeasure.BleuIds]:0.00} with memory, {kind.Zero[RestorationMeasure.BleuIds]:0.00} without."));
        }

        var books = memory.Where(text => text.Original.Kind == TextKind.Ordinary.Name()).Select(text => text.Original.Book).OfType<string>().Distinct().Count();
        if (books is > 0 and < FewBooks)
            limits.Add($"The intervals resample books, then chapters; with {books} {(books == 1 ? "book" : "books")} they are indicative only.");

        limits.Add($"Measured on texts of {result.Settings.Tokens} tokens alone; other lengths, other languages and other registers were not tried here.");
        var positions = model.Base.Transformer.Config.MaxPositions;
        if ((2 * result.Settings.Tokens) + 1 > positions && memory.Length < result.Texts.Count)
            limits.Add($"The ceiling reads up to {(2 * result.Settings.Tokens) + 1} positions and the base was made for {positions}: it may be too low.");

        limits.Add("Only restoring is measured: whether the decoder can use what it remembers, to answer or to sum up, is another question.");
        limits.Add("Slots are no anonymisation: whoever has the model turns them back into the text.");
        if (model.ConstantSlots is null)
            limits.Add("No constant slots come with this model: its zero is the better of [AE] alone and the base by itself.");

        return limits;
    }

    private static string RandomShare(IReadOnlyDictionary<string, string> facts)
    {
        if (IcaeModel.ReadNumber(facts, RandomShareFact) is not { } share)
            return "not stated";

        return share == 0 ? "none" : Invariant($"{100 * share:0.#} %");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
