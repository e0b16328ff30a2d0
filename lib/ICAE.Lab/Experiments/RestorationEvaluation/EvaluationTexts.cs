using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>The texts of an evaluation, cut to one length, with their controls.</summary>
/// <param name="Texts">The texts, kind by kind.</param>
/// <param name="Kinds">The kinds in the same order, and how many texts of each were too short.</param>
public sealed record EvaluationTexts(IReadOnlyList<EvaluationText> Texts, IReadOnlyList<(string Kind, int Skipped)> Kinds)
{
    private static readonly uint RandomStream = CounterRandom.StreamOf("random control");
    private static readonly string Patterned = TextKind.Patterned.Name();
    private static readonly string Random = TextKind.Random.Name();

    /// <summary>Cuts passages to their first ids and derives controls.</summary>
    /// <param name="passages">The passages: texts, which the model's tokenizer cuts, or ids.</param>
    /// <param name="model">Whose tokenizer and vocabulary they are for.</param>
    /// <param name="settings">The length, the limit, and whether there are controls.</param>
    /// <returns>The texts, kinds in the order in which they first appear, controls last.</returns>
    /// <exception cref="ConfigurationException">The passages hold a kind already that is to be derived, or there are none.</exception>
    /// <exception cref="IcaeException">A passage has an id that the base lacks.</exception>
    public static EvaluationTexts Prepare(IEnumerable<Passage> passages, IcaeModel model, RestorationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var kinds = new List<KindOfText>();
        foreach (var passage in passages)
        {
            var kind = kinds.Find(known => known.Name == passage.Kind);
            if (kind is null)
                kinds.Add(kind = new KindOfText(passage.Kind));

            var ids = passage.Ids ?? model.Encode(passage.Text ?? "");
            if (ids.Count < settings.Tokens)
                kind.Skipped++;
            else
                kind.Texts.Add(Cut(passage, kind.NameFor(passage.Id), [.. ids.Take(settings.Tokens)], model));
        }

        if (kinds.Count == 0)
            throw new ConfigurationException("There is no text to evaluate on.");

        foreach (var kind in kinds)
            kind.Texts = Spread(kind.Texts, settings.Limit);

        if (settings.Controls)
            kinds.AddRange(Derive(kinds, model, settings.Seed));

        return new EvaluationTexts([.. kinds.SelectMany(kind => kind.Texts)], [.. kinds.Select(kind => (kind.Name, kind.Skipped))]);
    }

    /// <summary>The levels of a bootstrap: books and chapters where they are known; a text without one stands for itself.</summary>
    internal static IReadOnlyList<string>[] Levels(IReadOnlyList<EvaluationText> texts) => texts.Any(text => text.Book is not null)
        ? [
            [.. texts.Select((text, i) => text.Book is null ? $"text {i}" : $"book {text.Book}")],
            [.. texts.Select((text, i) => text.Book is null || text.Chapter is null ? $"text {i}" : $"chapter {text.Chapter}")],
        ]
        : [];

    private static EvaluationText Cut(Passage passage, string name, int[] ids, IcaeModel model)
    {
        var wrong = Array.FindIndex(ids, id => !model.Base.Tokenizer.HasToken(id));
        return wrong < 0
            ? new EvaluationText(name, passage.Kind, ids, model.Decode(ids), passage.Book, passage.Chapter)
            : throw new IcaeException($"The text {passage.Id} has the id {ids[wrong]}, which stands for no token of the tokenizer, whose ids go up to {model.Base.Tokenizer.VocabularySize - 1}.");
    }

    /// <summary>So many of the texts, spread evenly over them: the first ones would be of one book.</summary>
    private static List<EvaluationText> Spread(List<EvaluationText> texts, int? limit) => limit is not { } most || most >= texts.Count
        ? texts
        : [.. Enumerable.Range(0, most).Select(i => texts[(int)((long)i * texts.Count / most)])];

    private static KindOfText[] Derive(List<KindOfText> kinds, IcaeModel model, ulong seed)
    {
        if (kinds.Find(kind => kind.Name == Patterned || kind.Name == Random) is { } present)
            throw new ConfigurationException($"There are {present.Name} texts among those given already: none can be derived beside them.");

        var ordinary = kinds.Find(kind => kind.Name == TextKind.Ordinary.Name());
        List<KindOfText> sources = ordinary is null ? kinds : [ordinary];
        var controls = new TextControls(model.Base.Tokenizer);
        return
        [
            Control(sources, model, Patterned, text => controls.Patterned(text.Ids)),
            Control(sources, model, Random, text => Draw(text, controls, model.Base.Tokenizer.SpecialIds, seed)),
        ];
    }

    /// <summary>Random ids that are the text's own, so that a limit changes none. Special ids, such as one that opens every text, stay.</summary>
    private static int[] Draw(EvaluationText text, TextControls controls, IReadOnlySet<int> special, ulong seed)
    {
        var number = ((ulong)CounterRandom.StreamOf($"{text.Kind} {text.Id}") << 32) | CounterRandom.StreamOf(text.Id);
        var ids = controls.Random(text.Ids.Count, new CounterRandom(seed, RandomStream, number));
        return [.. ids.Select((id, i) => special.Contains(text.Ids[i]) ? text.Ids[i] : id)];
    }

    private static KindOfText Control(List<KindOfText> sources, IcaeModel model, string name, Func<EvaluationText, int[]> make) => new(name)
    {
        Skipped = sources.Sum(kind => kind.Skipped),
        Texts =
        [
            .. sources.SelectMany(kind => kind.Texts).Select(text =>
            {
                var ids = make(text);
                return text with { Kind = name, Ids = ids, Text = model.Decode(ids) };
            }),
        ],
    };

    private sealed class KindOfText(string name)
    {
        private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

        public string Name { get; } = name;

        public int Skipped { get; set; }

        public List<EvaluationText> Texts { get; set; } = [];

        /// <summary>A name that no other text of this kind has: some files give all passages of a document its id.</summary>
        public string NameFor(string id)
        {
            var (name, times) = (id, _names.GetValueOrDefault(id, 1));
            while (!_names.TryAdd(name, 1))
                name = $"{id} ({++times})";

            _names[id] = times;
            return name;
        }
    }
}
