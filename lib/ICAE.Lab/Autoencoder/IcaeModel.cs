using System.Globalization;
using System.Text;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>An autoencoder with its base and tokenizer, ready to compress and restore texts.</summary>
/// <example>
/// <code>
/// using var icae = IcaeModel.Load("english-1m-4x");
/// var memory = icae.Compress("It was a bright cold day in April, and the clocks were striking thirteen.");
/// Console.WriteLine(icae.Restore(memory));
/// Console.WriteLine(icae.Restore(memory.Without(slot: 3)));
/// </code>
/// </example>
/// <remarks>Not safe for use from several threads at a time.</remarks>
public sealed class IcaeModel : IDisposable
{
    /// <summary>The fact that names the lengths of training.</summary>
    internal const string LengthsFact = "lengths";

    /// <summary>
    /// The fact that says, where it is <c>true</c>, that lengths between those of training were measured and come back as well, though they fill no whole number of slots.
    /// </summary>
    public const string BetweenLengthsFact = "between_lengths";

    /// <summary>The fact that says how many texts were to be continued in training.</summary>
    internal const string ContinuationFact = "continuation_share";

    /// <summary>The fact that says how much of what the decoder read was replaced in the training that was last, at most.</summary>
    internal const string NoiseFact = "input_noise";

    /// <summary>The fact that says that an encoder's training began together with that of its base.</summary>
    internal const string WithBaseFact = "trained_with_base";

    private const int MostSlotsPerToken = 4;
    private const int UsualAnswer = 64;

    // Spans of a long text are encoded this many at a time.
    private const int SpansAtOnce = 16;
    private const string Unknown = "\uFFFD";

    private readonly bool _ownsBase;
    private readonly Lazy<ModelReference> _reference;
    private bool _isDisposed;

    /// <summary>Puts an autoencoder together.</summary>
    /// <param name="core">The autoencoder; taken over. It must not own its base.</param>
    /// <param name="model">The base that it stands on.</param>
    /// <param name="name">The autoencoder's name.</param>
    /// <param name="usage">What training decided about its use.</param>
    /// <param name="constantSlots">Its constant slots, if there are any; taken over.</param>
    /// <param name="facts">Facts for its card.</param>
    /// <param name="ownsBase">Whether the base is disposed with this.</param>
    /// <exception cref="ArgumentException">The autoencoder stands on another base.</exception>
    public IcaeModel(
        Icae core,
        BaseModel model,
        string name,
        IcaeUsage? usage = null,
        ConstantSlots? constantSlots = null,
        IReadOnlyDictionary<string, string>? facts = null,
        bool ownsBase = false)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!ReferenceEquals(core.Base, model.Transformer))
        {
            throw new ArgumentException("The autoencoder stands on another base.", nameof(model));
        }

        Core = core;
        Base = model;
        Name = name;
        Usage = usage ?? new IcaeUsage();
        ConstantSlots = constantSlots;
        Facts = facts ?? new Dictionary<string, string>();
        _ownsBase = ownsBase;
        _reference = new Lazy<ModelReference>(() =>
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return new ModelReference(Name, IcaeFingerprint.Of(Core));
        });
    }

    /// <summary>The autoencoder on tensors.</summary>
    public Icae Core { get; }

    /// <summary>The base with its tokenizer.</summary>
    public BaseModel Base { get; }

    /// <summary>The autoencoder's name.</summary>
    public string Name { get; }

    /// <summary>Its config.</summary>
    public IcaeConfig Config => Core.Config;

    /// <summary>What training decided about its use.</summary>
    public IcaeUsage Usage { get; }

    /// <summary>Whether [LM] stands between slots and a continuation: it was trained so, or there is no other place from which to go on.</summary>
    internal bool ContinuesBehindToken => Usage.ContinuationToken || Config.Layout == SlotLayout.KeysAndValues;

    /// <summary>Its constant slots, if there are any.</summary>
    public ConstantSlots? ConstantSlots { get; }

    /// <summary>Facts for its card, such as what it was trained on.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>Name and fingerprint of its trained part. Computed once: not for an autoencoder that is still trained.</summary>
    public ModelReference Reference => _reference.Value;

    /// <summary>Greedy generation that ends where this autoencoder's texts end and knows its tokenizer's vocabulary.</summary>
    public GenerationSettings DefaultGeneration => new()
    {
        EosIds = Usage.EosId is { } eos ? [eos] : Base.EosIds,
        VocabularyLimit = Math.Min(Base.Tokenizer.VocabularySize, Base.Transformer.Config.VocabularySize),
    };

    /// <summary>The token behind which the base begins a text, or where it has none, the one that ends texts; <see langword="null"/> where there is neither.</summary>
    internal int? OpeningId => Base.Tokenizer.BosId ?? (DefaultGeneration.EosIds is [var first, ..] ? first : null);

    /// <summary>The lengths of the texts that it was trained on, in tokens, ascending; empty where its folder does not say.</summary>
    public IReadOnlyList<int> TrainedLengths => ReadLengths(Facts);

    /// <summary>Whether its encoder was first trained together with the base (a run's <c>autoencoder/</c> folder), and not on a base that was there before and stayed as it was.</summary>
    public bool IsTrainedWithBase => Facts.GetValueOrDefault(WithBaseFact) == "true";

    /// <summary>Whether it was trained to go on from a text; <see langword="null"/> where its folder does not say.</summary>
    public bool? IsTrainedToContinue =>
        ReadNumber(Facts, ContinuationFact) is { } share ? share > 0 : null;

    /// <summary>What is to be expected of a text whose length training did not show, or where nothing is known of that, whose restoration would reach beyond the base's positions.</summary>
    /// <param name="tokens">The text's length.</param>
    /// <param name="tokensPerSlot">Tokens on a slot, other than the config's; <see langword="null"/> for the config's rule.</param>
    /// <returns>A sentence, or <see langword="null"/> where there is nothing to be said.</returns>
    public string? CautionAbout(int tokens, double? tokensPerSlot = null)
    {
        var lengths = TrainedLengths;
        if (lengths.Count == 0)
        {
            return CautionAboutPositions(tokens, tokensPerSlot);
        }

        // Where every length of training filled its slots, one that does not puts them at steps that training never showed: to some models that does nothing, to others much.
        var rate = (int)Math.Max(1, Config.TokensPerSlot);
        var step = Facts.GetValueOrDefault(BetweenLengthsFact) != "true" && lengths.All(length => length % rate == 0) ? rate : 1;
        var known = tokens >= lengths[0] && tokens <= lengths[^1] && (lengths.Count > 1 ? tokens % step == 0 : tokens == lengths[0]);
        return known ? null : $"{Name} was trained on texts of {string.Join(", ", lengths)} tokens; of one of {tokens} much more may be lost.";
    }

    /// <summary>Loads an autoencoder from its folder, with its base.</summary>
    /// <param name="nameOrPath">A name in a store, or a folder.</param>
    /// <param name="options">Device, types and store; <see langword="null"/> for the CPU and float32.</param>
    /// <param name="cancellation">Looked at between tensors.</param>
    /// <returns>The autoencoder; the caller owns it, and it owns its base.</returns>
    /// <exception cref="ConfigurationException">There is no such autoencoder, or its base is not there.</exception>
    /// <exception cref="MalformedFileException">A file is unsound, or two contradict each other.</exception>
    /// <exception cref="IcaeException">The base is another one than the autoencoder was trained on.</exception>
    public static IcaeModel Load(string nameOrPath, ModelOptions? options = null, CancellationToken cancellation = default)
    {
        var settings = options ?? new ModelOptions();
        var folder = Find(nameOrPath, settings.Store);
        var model = BaseModel.Load(IcaeFolder.LocateBase(folder, IcaeFile.Read(folder), settings.Store), settings, NotebookHost.OrCell(cancellation));
        try
        {
            return Load(folder, settings.Store.NameOf(folder), model, ownsBase: true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Loads an autoencoder from its folder onto a base that is loaded already.</summary>
    /// <param name="nameOrPath">A name in a store, or a folder.</param>
    /// <param name="model">The base; it stays the caller's and must outlive the autoencoder.</param>
    /// <param name="store">Where the name is looked for; <see langword="null"/> for the usual places.</param>
    /// <returns>The autoencoder; the caller owns it.</returns>
    /// <exception cref="ConfigurationException">There is no such autoencoder.</exception>
    /// <exception cref="MalformedFileException">A file is unsound, or two contradict each other.</exception>
    /// <exception cref="IcaeException">The base is another one than the autoencoder was trained on.</exception>
    public static IcaeModel Load(string nameOrPath, BaseModel model, ModelStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var places = store ?? ModelStore.Default;
        var folder = Find(nameOrPath, places);
        return Load(folder, places.NameOf(folder), model, ownsBase: false);
    }

    /// <summary>
    /// Loads a checkpoint in the form of the published ones (getao/icae, version 2) onto its base. The file says neither the rate nor LoRA's
    /// alpha nor what its base is: a wrong base gives garbage, not an error.
    /// </summary>
    /// <param name="path">The safetensors file.</param>
    /// <param name="model">The base, such as Mistral-7B-Instruct-v0.2; it stays the caller's and must outlive the autoencoder.</param>
    /// <param name="tokensPerSlot">The mean compression rate.</param>
    /// <param name="alpha">LoRA's alpha.</param>
    /// <returns>The autoencoder; the caller owns it.</returns>
    /// <exception cref="MalformedFileException">The file is missing or unsound, or does not fit the base.</exception>
    public static IcaeModel LoadPublished(string path, BaseModel model, double tokensPerSlot = 4, double alpha = 32)
    {
        ArgumentNullException.ThrowIfNull(model);
        const int TaskTokens = 3;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var stored = PublishedIcaeFile.Read(path, device: model.Transformer.Device);
        var rows = (int)stored.MemoryTable.shape[0];
        if (rows <= TaskTokens)
        {
            throw new MalformedFileException(path, $"tensor '{PublishedIcaeFile.MemoryTableKey}'", $"it has {rows} rows; memory tokens and three task tokens are needed");
        }

        var lora = new LoraFileConfig
        {
            Rank = stored.Rank,
            Alpha = alpha,
            Targets = [.. stored.Matrices.Keys.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal)],
        };
        var config = new IcaeConfig { Slots = rows - TaskTokens, TokensPerSlot = tokensPerSlot, Lora = AdapterFolder.ToConfig(lora, path) }.Validate();
        var core = IcaeFolder.Join(model, config, stored.Matrices, stored.MemoryTable.alias(), path, path);
        return new IcaeModel(core, model, Path.GetFileNameWithoutExtension(path), new IcaeUsage { AddSpecialTokens = true });
    }

    /// <summary>Saves the autoencoder as a folder; the base is noted there, not copied.</summary>
    /// <param name="folder">The folder; it is made where there is none.</param>
    /// <exception cref="IcaeException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        IcaeFolder.Save(folder, Core, ModelReference.To(Base), Base.Path, Usage, ConstantSlots, Facts);
    }

    /// <summary>The ids of a text as this autoencoder compresses it.</summary>
    /// <param name="text">The text; special tokens written out in it are text.</param>
    /// <returns>The ids.</returns>
    public IReadOnlyList<int> Encode(string text) => Base.Tokenizer.Encode(text, Usage.AddSpecialTokens);

    /// <summary>The text of ids, without special tokens.</summary>
    /// <param name="ids">The ids; one that only the model has, as padding of its vocabulary, becomes U+FFFD.</param>
    /// <returns>The text.</returns>
    public string Decode(IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.All(Base.Tokenizer.HasToken))
        {
            return Base.Tokenizer.Decode(ids, skipSpecialTokens: true);
        }

        var text = new StringBuilder();
        var decoder = new IncrementalDecoder(Base.Tokenizer, skipSpecialTokens: true);
        foreach (var id in ids)
        {
            text.Append(Base.Tokenizer.HasToken(id) ? decoder.Append(id) : Unknown);
        }

        return text.Append(decoder.Finish()).ToString();
    }

    /// <summary>Whether the slots of a text end before the decoder's own text begins, and that within the base's positions.</summary>
    internal bool HasRoom(int tokens, double? tokensPerSlot) =>
        Cut(tokens, tokensPerSlot) is var plan && plan.HasRoom(Config) && plan.TaskPosition(Config) < Base.Transformer.Config.MaxPositions;

    /// <summary>How a text is cut into spans and slots when it is compressed.</summary>
    /// <param name="tokens">The text's length, at least 1.</param>
    /// <param name="tokensPerSlot">Tokens on a slot, other than the config's; <see langword="null"/> for the config's rule.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ConfigurationException">The autoencoder cannot hold a text of that length so, or the base has no position for what is written behind the slots.</exception>
    public SpanPlan Plan(int tokens, double? tokensPerSlot = null)
    {
        var plan = Cut(tokens, tokensPerSlot);
        if (Config.MemoryTokens == MemoryTokenKind.Separate && plan.Spans.Any(span => span.Slots > Config.Slots))
        {
            throw new ConfigurationException($"{Name} has {Config.Slots} separate memory tokens; {tokensPerSlot} tokens a slot would need {plan.Spans.Max(span => span.Slots)} in a span.");
        }

        if (plan.SlotCount > MostSlotsPerToken * tokens && tokensPerSlot is not null)
        {
            throw new ConfigurationException($"{tokensPerSlot} tokens a slot would spread {tokens} tokens over {plan.SlotCount} slots; at most {MostSlotsPerToken} slots a token make sense.");
        }

        if (plan.TaskPosition(Config) is var place && place >= Base.Transformer.Config.MaxPositions)
        {
            var remedy = Config.TextOffset is not null ? "Its offset does not fit this base." : tokensPerSlot is null ? "Shorten or split the text." : "Put more tokens on a slot, or shorten or split the text.";
            throw new ConfigurationException(
                $"A text of {tokens} tokens on {plan.SlotCount} slots finds no room in {Name}: what is written behind the slots would begin at position {place}, and the base {Base.Name} knows {Base.Transformer.Config.MaxPositions}. {remedy}");
        }

        return plan;
    }

    /// <summary>Compresses a text.</summary>
    /// <param name="text">The text, not empty.</param>
    /// <param name="tokensPerSlot">Tokens on a slot, other than the config's; <see langword="null"/> for the config's rule.</param>
    /// <param name="cancellation">Looked at between groups of spans.</param>
    /// <returns>The memory.</returns>
    /// <exception cref="IcaeException">The text is empty, or the autoencoder cannot hold it so.</exception>
    public Memory Compress(string text, double? tokensPerSlot = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Compress([.. Encode(text)], text, tokensPerSlot, cancellation);
    }

    /// <summary>Compresses ids, such as a text that was shifted or drawn at random and would not survive as characters.</summary>
    /// <param name="ids">The ids, at least one, each in the base's vocabulary.</param>
    /// <param name="tokensPerSlot">Tokens on a slot, other than the config's; <see langword="null"/> for the config's rule.</param>
    /// <param name="cancellation">Looked at between groups of spans.</param>
    /// <returns>The memory.</returns>
    /// <exception cref="IcaeException">There are no ids, or the autoencoder cannot hold them so.</exception>
    public Memory Compress(IReadOnlyList<int> ids, double? tokensPerSlot = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Compress([.. ids], null, tokensPerSlot, cancellation);
    }

    /// <summary>Restores a text, free-running.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="settings">How tokens are chosen; what they leave open, or all where they are <see langword="null"/>, is as in <see cref="DefaultGeneration"/>.</param>
    /// <param name="onText">Told new text as it is written.</param>
    /// <param name="cancellation">Looked at between tokens.</param>
    /// <returns>The restoration.</returns>
    /// <exception cref="IcaeException">The memory was made with another base or autoencoder.</exception>
    public Restoration Restore(Memory memory, GenerationSettings? settings = null, Action<string>? onText = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(memory);
        var decoder = new IncrementalDecoder(Base.Tokenizer, skipSpecialTokens: true);
        var restored = Restore([memory], settings, Stream(decoder, onText), cancellation)[0];
        Finish(decoder, onText);
        return restored;
    }

    /// <summary>Restores several texts in one batch, free-running.</summary>
    /// <param name="memories">The memories, at least one.</param>
    /// <param name="settings">How tokens are chosen; what they leave open, or all where they are <see langword="null"/>, is as in <see cref="DefaultGeneration"/>.</param>
    /// <param name="onToken">Told each memory's number and its new id.</param>
    /// <param name="cancellation">Looked at between tokens.</param>
    /// <returns>One restoration a memory.</returns>
    /// <exception cref="IcaeException">A memory was made with another base or autoencoder.</exception>
    public IReadOnlyList<Restoration> Restore(
        IReadOnlyList<Memory> memories, GenerationSettings? settings = null, Action<int, int>? onToken = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var texts = Generation.Restore(Core, ToBatch(memories), Complete(settings), onToken, NotebookHost.OrCell(cancellation));
        return [.. texts.Zip(memories, Describe)];
    }

    /// <summary>Goes on from a text, free-running.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="tokens">The largest number of new tokens.</param>
    /// <param name="settings">How tokens are chosen; what they leave open, or all where they are <see langword="null"/>, is as in <see cref="DefaultGeneration"/>.</param>
    /// <param name="onText">Told new text as it is written.</param>
    /// <param name="cancellation">Looked at between tokens.</param>
    /// <returns>The continuation.</returns>
    /// <exception cref="IcaeException">The memory was made with another base or autoencoder.</exception>
    public Continuation Continue(Memory memory, int tokens, GenerationSettings? settings = null, Action<string>? onText = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return Write(memory, tokens, settings, onText, (slots, chosen, onToken) => Generation.Continue(Core, slots, chosen, ContinuesBehindToken, onToken, NotebookHost.OrCell(cancellation)));
    }

    /// <summary>Answers a prompt about a text, free-running.</summary>
    /// <param name="memory">The memory of the text.</param>
    /// <param name="prompt">The question or instruction, not empty.</param>
    /// <param name="tokens">The largest number of new tokens; <see langword="null"/> for that of the settings, or 64.</param>
    /// <param name="layout">What stands around slots and prompt; <see langword="null"/> for what did in training.</param>
    /// <param name="settings">How tokens are chosen; what they leave open, or all where they are <see langword="null"/>, is as in <see cref="DefaultGeneration"/>.</param>
    /// <param name="onText">Told new text as it is written.</param>
    /// <param name="cancellation">Looked at between tokens.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="IcaeException">
    /// The memory was made with another base or autoencoder, the prompt is empty, or no layout is given and the autoencoder was not trained to answer.
    /// </exception>
    public Continuation Ask(
        Memory memory,
        string prompt,
        int? tokens = null,
        InstructionLayout? layout = null,
        GenerationSettings? settings = null,
        Action<string>? onText = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Length == 0)
        {
            throw new IcaeException("An empty prompt asks nothing.");
        }

        var around = layout ?? Usage.Instruction
            ?? throw new IcaeException($"{Name} was not trained to answer prompts, only to restore or continue; name a layout to ask it all the same.");
        int[] ids = [.. Base.Tokenizer.Encode(prompt)];
        return Write(memory, tokens ?? settings?.MaxNewTokens ?? UsualAnswer, settings, onText, (slots, chosen, onToken) => Generation.Answer(Core, slots, [ids], around, chosen, onToken, NotebookHost.OrCell(cancellation)));
    }

    /// <summary>The slots of memories as the decoder takes them.</summary>
    /// <param name="memories">The memories, at least one.</param>
    /// <returns>The batch, of the caller's dispose scope.</returns>
    /// <exception cref="IcaeException">A memory was made with another base or autoencoder.</exception>
    public SlotBatch ToBatch(IReadOnlyList<Memory> memories)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentNullException.ThrowIfNull(memories);
        ArgumentOutOfRangeException.ThrowIfZero(memories.Count);
        var hidden = new HashSet<int>();
        var first = 0;
        foreach (var memory in memories)
        {
            Check(memory);
            hidden.UnionWith(memory.Hidden.Select(slot => first + slot));
            first += memory.SlotCount;
        }

        return SlotTensors.Batch(
            [.. memories.Select(memory => (memory.Plan, memory.Slots))], Base.Transformer.ComputeType, Base.Transformer.Device, hidden.Count == 0 ? null : hidden);
    }

    /// <summary>Refuses a memory that this autoencoder cannot read.</summary>
    /// <param name="memory">The memory.</param>
    /// <exception cref="IcaeException">It was made with another base or autoencoder; the message names both.</exception>
    public void Check(Memory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (memory.Base.Fingerprint != Base.Fingerprint)
        {
            throw new IcaeException($"The memory was made with the base {memory.Base}; this autoencoder's base is {ModelReference.To(Base)}, a model with other weights.");
        }

        if (memory.Adapter.Fingerprint != Reference.Fingerprint)
        {
            throw new IcaeException($"The memory was made with the autoencoder {memory.Adapter}; this one is {Reference}, trained otherwise.");
        }

        if (memory.Layout != Config.Layout || !memory.Slots.Fits(Base.Transformer.Config))
        {
            throw new IcaeException($"The memory's slots have not the shape that the autoencoder {Reference} reads.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Core.Dispose();
        ConstantSlots?.Dispose();
        if (_ownsBase)
        {
            Base.Dispose();
        }
    }

    /// <summary>Writes a text of at most so many tokens from one memory.</summary>
    private Continuation Write(
        Memory memory,
        int tokens,
        GenerationSettings? settings,
        Action<string>? onText,
        Func<SlotBatch, GenerationSettings, Action<int, int>?, IReadOnlyList<GeneratedText>> generate)
    {
        using var scope = NewDisposeScope();
        var decoder = new IncrementalDecoder(Base.Tokenizer, skipSpecialTokens: true);
        var text = generate(ToBatch([memory]), Complete(settings) with { MaxNewTokens = tokens, MaxNewTokensByRow = null }, Stream(decoder, onText))[0];
        Finish(decoder, onText);
        return new Continuation(Decode(text.Ids), text.Ids, text.End);
    }

    private Memory Compress(int[] ids, string? text, double? tokensPerSlot, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var token = NotebookHost.OrCell(cancellation);
        if (ids.Length == 0)
        {
            throw new IcaeException("An empty text cannot be compressed.");
        }

        if (ids.AsSpan().ContainsAnyExceptInRange(0, Base.Transformer.Config.VocabularySize - 1))
        {
            throw new ArgumentException($"An id is not in the base's vocabulary of {Base.Transformer.Config.VocabularySize}.", nameof(ids));
        }

        var plan = Plan(ids.Length, tokensPerSlot);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var groups = plan.Spans.Chunk(SpansAtOnce).Select(spans =>
        {
            token.ThrowIfCancellationRequested();
            var texts = spans.Select(span => ids.AsSpan(span.Start, span.Length).ToArray()).ToList();
            return Core.Encode(texts, [.. spans.Select(span => new SpanPlan(span.Length, [span with { Start = 0 }]))]);
        }).ToList();
        return new Memory(SlotTensors.Join(groups), plan, ModelReference.To(Base), Reference, ids, [], text ?? TextOf(ids));
    }

    /// <summary>[AE] stands at the task's position, so the last of so many tokens is read at that many places behind it.</summary>
    private string? CautionAboutPositions(int tokens, double? tokensPerSlot)
    {
        var plan = Cut(tokens, tokensPerSlot);
        var (last, most) = (plan.HasRoom(Config) ? plan.TaskPosition(Config) + (long)tokens : 0, Base.Transformer.Config.MaxPositions);
        return last < most
            ? null
            : $"{Name}: the restoration of a text of {tokens} tokens would end at position {last}, and the base {Base.Name} knows {most}, from 0 on; what lies behind may be lost.";
    }

    private SpanPlan Cut(int tokens, double? tokensPerSlot) => tokensPerSlot is { } rate ? SpanPlan.AtRatio(Config, tokens, rate) : SpanPlan.For(Config, tokens);

    /// <summary>The text of ids where there is one that gives the same ids again.</summary>
    private string? TextOf(int[] ids)
    {
        var text = Decode(ids);
        return Encode(text).SequenceEqual(ids) ? text : null;
    }

    private Restoration Describe(GeneratedText text, Memory memory)
    {
        var isRunningText = memory.Original is not null || memory.OriginalIds is null;
        Func<ITextTokenizer, IReadOnlyList<int>, string[]> tokens = isRunningText ? TokenTexts.OfRunningText : TokenTexts.OfSingleTokens;
        return new Restoration(Decode(text.Ids), text.Ids, text.End, memory.OriginalIds is { } original ? Decode(original) : null, memory.OriginalIds)
        {
            Tokens = tokens(Base.Tokenizer, text.Ids),
            OriginalTokens = memory.OriginalIds is { } ids ? tokens(Base.Tokenizer, ids) : null,
            IsRunningText = isRunningText,
        };
    }

    /// <summary>What the settings leave open is this autoencoder's own: where its texts end, and which ids its tokenizer knows.</summary>
    private GenerationSettings Complete(GenerationSettings? settings) => settings is null
        ? DefaultGeneration
        : settings with { EosIds = settings.EosIds ?? DefaultGeneration.EosIds, VocabularyLimit = settings.VocabularyLimit ?? DefaultGeneration.VocabularyLimit };

    private static readonly string[] RunMarkers = ["settings.json", "log.jsonl"];

    private static string Find(string nameOrPath, ModelStore store)
    {
        var path = store.Find(nameOrPath);
        if (Directory.Exists(path))
        {
            return ModelStore.KindOfFolder(path) == StoredModelKind.Autoencoder
                ? path
                : throw new ConfigurationException(
                    RunMarkers.All(name => File.Exists(Path.Combine(path, name)))
                        ? $"{path}: this is a training run's folder; its model, once the run is done, is {Path.Combine(path, "model")}."
                        : $"{path}: this is no autoencoder's folder (it has no {IcaeFile.FileName}); a base alone cannot compress.");
        }

        throw new ConfigurationException($"{path}: an autoencoder is a folder with {IcaeFile.FileName}; a file in the form of the published checkpoints needs its base named (LoadPublished).");
    }

    private static IcaeModel Load(string folder, string name, BaseModel model, bool ownsBase)
    {
        var file = IcaeFile.Read(folder);
        if (file.Usage.Instruction is { } layout && layout.Ids.Any(id => id >= model.Transformer.Config.VocabularySize))
        {
            throw new MalformedFileException(Path.Combine(folder, IcaeFile.FileName), "field 'usage.instruction'", $"an id in it is not in the base's vocabulary of {model.Transformer.Config.VocabularySize}");
        }

        var core = IcaeFolder.Load(folder, file, model);
        ConstantSlots? constant = null;
        try
        {
            if (file.ConstantSlots is { } constantFile)
            {
                constant = LoadConstantSlots(Path.Combine(folder, constantFile), core, model);
            }

            return new IcaeModel(core, model, name, file.Usage, constant, file.Facts, ownsBase);
        }
        catch
        {
            core.Dispose();
            constant?.Dispose();
            throw;
        }
    }

    private static ConstantSlots LoadConstantSlots(string path, Icae core, BaseModel model)
    {
        var slots = ConstantSlots.Load(path);
        try
        {
            IcaeFolder.RequireBase(path, slots.Base, model);
            var fingerprint = IcaeFingerprint.Of(core);
            if (slots.Adapter.Fingerprint != fingerprint || slots.Layout != core.Config.Layout || !slots.Fits(model.Transformer.Config))
            {
                throw new IcaeException(
                    $"{path}: these constant slots were trained with the autoencoder {slots.Adapter}; the one in this folder has the fingerprint {ModelFingerprint.Short(fingerprint)}.");
            }

            return slots;
        }
        catch
        {
            slots.Dispose();
            throw;
        }
    }

    private Action<int, int>? Stream(IncrementalDecoder decoder, Action<string>? onText) => onText is null
        ? null
        : (_, id) => Tell(Base.Tokenizer.HasToken(id) ? decoder.Append(id) : Unknown, onText);

    private static void Finish(IncrementalDecoder decoder, Action<string>? onText)
    {
        if (onText is not null)
        {
            Tell(decoder.Finish(), onText);
        }
    }

    private static void Tell(string text, Action<string> onText)
    {
        if (text.Length > 0)
        {
            onText(text);
        }
    }

    /// <summary>A number among a card's facts; <see langword="null"/> where there is none of that name.</summary>
    internal static double? ReadNumber(IReadOnlyDictionary<string, string> facts, string name) =>
        double.TryParse(facts.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The lengths that facts speak of, ascending.</summary>
    internal static IReadOnlyList<int> ReadLengths(IReadOnlyDictionary<string, string>? facts) =>
    [
        .. (facts?.GetValueOrDefault(LengthsFact) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0)
            .Where(length => length > 0)
            .Order(),
    ];
}
