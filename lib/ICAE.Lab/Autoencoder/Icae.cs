using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>
/// An in-context autoencoder (arXiv 2307.06945): a frozen base, an adapter that makes it the encoder, and a table of memory and task
/// tokens. The decoder is the base without the adapter: the same weights, never a copy.
/// </summary>
/// <remarks>
/// <code>
/// encoder:  [text of a span][memory tokens]  through base + adapter   ->  slots
/// decoder:  [slots][AE] text EOS             through the base alone   ->  the text again
/// </code>
/// Not safe for use from several threads at a time.
/// </remarks>
public sealed class Icae : IDisposable
{
    /// <summary>The memory table's name in files, as published.</summary>
    public const string MemoryTableName = "memory_token_embed.weight";

    private readonly bool _ownsBase;

    /// <summary>Joins base, adapter and table.</summary>
    /// <param name="transformer">The base.</param>
    /// <param name="config">The autoencoder's config.</param>
    /// <param name="adapter">The encoder's adapter; taken over.</param>
    /// <param name="memoryTable">[TableRows, D]; taken over.</param>
    /// <param name="ownsBase">Whether the base is disposed with this.</param>
    /// <exception cref="IcaeException">The table has another shape than base and config need.</exception>
    public Icae(Transformer transformer, IcaeConfig config, LoraAdapter adapter, Weight memoryTable, bool ownsBase = false)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(memoryTable);
        config.Validate();
        if (!memoryTable.Value.shape.AsSpan().SequenceEqual([config.TableRows, transformer.Config.HiddenSize]))
        {
            throw new IcaeException(
                $"The memory table has the shape [{string.Join(", ", memoryTable.Value.shape)}]; base and config need [{config.TableRows}, {transformer.Config.HiddenSize}].");
        }

        Base = transformer;
        Config = config;
        Adapter = adapter;
        MemoryTable = memoryTable;
        Ids = SpecialIds.Of(config, transformer.Config.VocabularySize);
        _ownsBase = ownsBase;
    }

    /// <summary>The base: the decoder, and with the adapter the encoder.</summary>
    public Transformer Base { get; }

    /// <summary>The config.</summary>
    public IcaeConfig Config { get; }

    /// <summary>The encoder's adapter.</summary>
    public LoraAdapter Adapter { get; }

    /// <summary>[TableRows, D]: memory tokens, [AE], [LM], [FT].</summary>
    public Weight MemoryTable { get; }

    /// <summary>The ids behind the base's vocabulary.</summary>
    public SpecialIds Ids { get; }

    /// <summary>What training changes: the adapter and the memory table, and nothing else.</summary>
    public IEnumerable<Weight> Trainables => Adapter.Weights.Append(MemoryTable);

    /// <summary>A new autoencoder on a base, before any training.</summary>
    /// <param name="transformer">The base.</param>
    /// <param name="config">The config.</param>
    /// <param name="seed">Decides adapter and table.</param>
    /// <param name="tokenDeviation">The standard deviation of the table's rows; 1 in the published code. <see langword="null"/> takes that of the base's embeddings.</param>
    /// <param name="taskTokenLike">An id of the base whose embedding [AE], [LM] and [FT] start from, or <see langword="null"/> for random rows.</param>
    /// <param name="ownsBase">Whether the base is disposed with the autoencoder.</param>
    /// <returns>The autoencoder; the caller owns it.</returns>
    /// <exception cref="ConfigurationException">The config breaks a rule, or <paramref name="taskTokenLike"/> is not in the base's vocabulary.</exception>
    public static Icae Create(Transformer transformer, IcaeConfig config, long seed, double? tokenDeviation = 1, int? taskTokenLike = null, bool ownsBase = false)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (taskTokenLike < 0 || taskTokenLike >= transformer.Config.VocabularySize)
        {
            throw new ConfigurationException($"The id {taskTokenLike}, which the task tokens shall start from, is not in the base's vocabulary of {transformer.Config.VocabularySize}.");
        }

        var embeddings = transformer.View("model.embed_tokens.weight");
        var deviation = tokenDeviation ?? (transformer.Device.type == TorchSharp.DeviceType.META ? 1 : embeddings.to(ScalarType.Float32).std().item<float>());
        var table = Initialisation.Normal([config.TableRows, transformer.Config.HiddenSize], deviation, MemoryTableName, seed, ScalarType.Float32, transformer.Device);
        if (taskTokenLike is { } id)
        {
            table.narrow(0, config.MemoryRows, 3).copy_(embeddings.narrow(0, id, 1).to(ScalarType.Float32).expand(3, transformer.Config.HiddenSize));
        }

        var adapter = LoraAdapter.Create(config.Lora, transformer.Config, transformer.Device, seed);
        return new Icae(transformer, config, adapter, new Weight(MemoryTableName, table), ownsBase);
    }

    /// <summary>Encodes texts into slots. Gradients flow to adapter and table where they are wanted.</summary>
    /// <param name="texts">Ids of each text, none empty.</param>
    /// <param name="recomputeActivations">Trade work for memory in the backward pass.</param>
    /// <returns>The slots, of the caller's dispose scope.</returns>
    public SlotBatch Encode(IReadOnlyList<int[]> texts, bool recomputeActivations = false)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Encode(texts, [.. texts.Select(text => SpanPlan.For(Config, text.Length))], recomputeActivations);
    }

    /// <summary>Encodes texts into slots with spans and slot counts of the caller's choice.</summary>
    /// <param name="texts">Ids of each text, none empty.</param>
    /// <param name="plans">How each text is cut.</param>
    /// <param name="recomputeActivations">Trade work for memory in the backward pass.</param>
    /// <returns>The slots, of the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">There is no text, there are not as many plans, a plan is for a text of another length, or an id is not in the base's vocabulary.</exception>
    public SlotBatch Encode(IReadOnlyList<int[]> texts, IReadOnlyList<SpanPlan> plans, bool recomputeActivations = false)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(plans);
        Require(texts, plans);
        using var scope = NewDisposeScope();
        var spans = plans.SelectMany((plan, text) => plan.Spans.Select(span => (Ids: texts[text].AsMemory(span.Start, span.Length), span.Slots))).ToList();
        var groups = spans.Select((span, index) => (span, index)).GroupBy(entry => entry.span.Slots).ToList();
        var encoded = groups.Select(group => EncodeGroup([.. group.Select(entry => entry.span.Ids)], group.Key, recomputeActivations)).ToList();
        if (groups.Count == 1)
        {
            return Leave(plans, encoded[0]);
        }

        // Spans of equal slot counts were encoded together; put the slots back into the order of the texts.
        var first = new long[spans.Count];
        var next = 0L;
        foreach (var entry in groups.SelectMany(group => group))
        {
            first[entry.index] = next;
            next += entry.span.Slots;
        }

        var order = tensor(spans.SelectMany((span, index) => Enumerable.Range(0, span.Slots).Select(slot => first[index] + slot)).ToArray(), dtype: ScalarType.Int64, device: Base.Device);
        return Leave(plans, (
            encoded[0].Embeddings is null ? null : Rows.Select(cat([.. encoded.Select(part => part.Embeddings!)], 0), 0, order),
            [
                .. Enumerable.Range(0, encoded[0].KeysAndValues.Count).Select(layer => new KeyValueSlots(
                    Rows.Select(cat([.. encoded.Select(part => part.KeysAndValues[layer].Keys)], 1), 1, order),
                    Rows.Select(cat([.. encoded.Select(part => part.KeysAndValues[layer].Values)], 1), 1, order))),
            ]));
    }

    /// <summary>Runs the decoder over sequences that begin with the slots' places.</summary>
    /// <param name="slots">The slots of the batch.</param>
    /// <param name="sequences">For each text its decoder ids, with <see cref="SpecialIds.Memory"/> once for each slot, in one run.</param>
    /// <param name="padLeft">Pad on the left, so that every sequence ends in the last column (for generation), instead of on the right.</param>
    /// <param name="cache">Keeps keys and values for generation.</param>
    /// <param name="recomputeActivations">Trade work for memory in the backward pass.</param>
    /// <returns>The decoder's states and how its columns map to the sequences; the states belong to the caller's dispose scope.</returns>
    public DecoderStates Decode(SlotBatch slots, IReadOnlyList<int[]> sequences, bool padLeft = false, KeyValueCache? cache = null, bool recomputeActivations = false)
    {
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(sequences);
        return Decode(slots, DecoderLayout.Build(this, slots, sequences, padLeft), cache, recomputeActivations);
    }

    /// <summary>Runs the decoder over sequences that were laid out before.</summary>
    internal DecoderStates Decode(SlotBatch slots, DecoderLayout layout, KeyValueCache? cache = null, bool recomputeActivations = false)
    {
        using var scope = NewDisposeScope();
        var device = Base.Device;
        var ids = tensor(layout.Ids, [layout.Batch, layout.Width], dtype: ScalarType.Int64, device: device);
        var embeddings = Insert(Base.Embed(ids), layout, slots.Embeddings);
        var prefix = layout.PrefixWidth == 0 ? null : GatherPrefix(slots, layout);
        var output = Base.Forward(new TransformerInput
        {
            Embeddings = embeddings,
            Positions = layout.UniformPositions
                ? tensor(layout.Positions.AsSpan(0, layout.Width).ToArray(), dtype: ScalarType.Int64, device: device)
                : tensor(layout.Positions, [layout.Batch, layout.Width], dtype: ScalarType.Int64, device: device),
            KeyMask = KeyMask(layout),
            Prefix = prefix,
            PrefixPositions = prefix is null ? null : tensor(layout.PrefixPositions, [layout.Batch, layout.PrefixWidth], dtype: ScalarType.Int64, device: device),
            Cache = cache,
            RecomputeActivations = recomputeActivations,
        });
        return new DecoderStates(output.Hidden.MoveToOuterDisposeScope(), layout);
    }

    /// <summary>[B, PrefixWidth + W] bool, false for what must not be seen, of the caller's dispose scope; <see langword="null"/> where nothing must not.</summary>
    internal Tensor? KeyMask(DecoderLayout layout) =>
        layout.KeyMask is { } mask ? tensor(mask, [layout.Batch, layout.PrefixWidth + layout.Width], dtype: ScalarType.Bool, device: Base.Device) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Adapter.Dispose();
        MemoryTable.Dispose();
        if (_ownsBase)
        {
            Base.Dispose();
        }
    }

    private void Require(IReadOnlyList<int[]> texts, IReadOnlyList<SpanPlan> plans)
    {
        if (texts.Count == 0 || plans.Count != texts.Count)
        {
            throw new ArgumentException($"There are {plans.Count} plans for {texts.Count} texts; each text needs one, and there must be a text.", nameof(plans));
        }

        for (var text = 0; text < texts.Count; text++)
        {
            if (plans[text].TextLength != texts[text].Length)
            {
                throw new ArgumentException($"The plan of text {text} is for {plans[text].TextLength} tokens; the text has {texts[text].Length}.", nameof(plans));
            }

            if (texts[text].AsSpan().ContainsAnyExceptInRange(0, Base.Config.VocabularySize - 1))
            {
                throw new ArgumentException($"Text {text} holds an id that is not in the base's vocabulary of {Base.Config.VocabularySize}.", nameof(texts));
            }
        }
    }

    private static SlotBatch Leave(IReadOnlyList<SpanPlan> plans, (Tensor? Embeddings, IReadOnlyList<KeyValueSlots> KeysAndValues) slots) =>
        new(
            plans,
            slots.Embeddings?.MoveToOuterDisposeScope(),
            [.. slots.KeysAndValues.Select(layer => new KeyValueSlots(layer.Keys.MoveToOuterDisposeScope(), layer.Values.MoveToOuterDisposeScope()))]);

    /// <summary>[padding][text][memory tokens]: the padding stands on the left, so that memory ends every row.</summary>
    private (Tensor? Embeddings, IReadOnlyList<KeyValueSlots> KeysAndValues) EncodeGroup(ReadOnlyMemory<int>[] spans, int slots, bool recompute)
    {
        var (rows, longest) = (spans.Length, spans.Max(span => span.Length));
        var width = longest + slots;
        var ids = new long[rows * longest];
        var positions = new long[rows * width];
        var mask = new bool[rows * width];
        for (var row = 0; row < rows; row++)
        {
            var span = spans[row].Span;
            var padding = longest - span.Length;
            for (var i = 0; i < span.Length; i++)
            {
                ids[(row * longest) + padding + i] = span[i];
                positions[(row * width) + padding + i] = i;
            }

            var memory = SpanPlan.EncoderPositions(Config.Positions, span.Length, slots);
            for (var slot = 0; slot < slots; slot++)
            {
                positions[(row * width) + longest + slot] = memory[slot];
            }

            mask.AsSpan((row * width) + padding, span.Length + slots).Fill(true);
        }

        var uniform = spans.All(span => span.Length == longest);
        var device = Base.Device;
        var text = Base.Embed(tensor(ids, [rows, longest], dtype: ScalarType.Int64, device: device));
        if (Config.MemoryTokens == MemoryTokenKind.Separate && slots > Config.Slots)
            throw new ArgumentException($"A span has {slots} slots; with memory tokens of their own there are {Config.Slots} at most.", nameof(slots));

        var table = MemoryTable.As(Base.ComputeType).narrow(0, 0, Config.MemoryTokens == MemoryTokenKind.Shared ? 1 : slots);
        var input = new TransformerInput
        {
            Embeddings = cat([text, table.unsqueeze(0).expand(rows, slots, Base.Config.HiddenSize)], 1),
            Positions = uniform
                ? tensor(positions.AsSpan(0, width).ToArray(), dtype: ScalarType.Int64, device: device)
                : tensor(positions, [rows, width], dtype: ScalarType.Int64, device: device),
            KeyMask = uniform ? null : tensor(mask, [rows, width], dtype: ScalarType.Bool, device: device),
            Adapter = Adapter,
            Capture = Config.Layout == SlotLayout.KeysAndValues ? slots : 0,
            RecomputeActivations = recompute,
        };
        if (Config.Layout == SlotLayout.Embeddings)
        {
            return (Base.Forward(input).Hidden.narrow(1, longest, slots).reshape(rows * slots, Base.Config.HiddenSize), []);
        }

        return (null, [.. Base.Capture(input).Select(layer => new KeyValueSlots(layer.Keys.flatten(0, 1).unsqueeze(0), layer.Values.flatten(0, 1).unsqueeze(0)))]);
    }

    private Tensor Insert(Tensor embeddings, DecoderLayout layout, Tensor? slots)
    {
        var device = Base.Device;
        var sources = new List<Tensor>(2);
        if (slots is not null && layout.SlotPlaces.Length > 0)
        {
            // A row may leave its slots out; the others' are looked up then.
            var read = layout.SlotPlaces.Length == slots.shape[0] ? slots : Rows.Select(slots, 0, tensor(layout.SlotIndex, dtype: ScalarType.Int64, device: device));

            // A hidden slot's column is masked as a key, but a text that goes on from the last slot is read off its own state.
            sources.Add(layout.SlotShown is { } shown ? read.mul(tensor(shown, [shown.Length, 1], dtype: ScalarType.Float32, device: device).to(read.dtype)) : read);
        }

        if (layout.TaskPlaces.Length > 0)
        {
            sources.Add(Rows.Select(MemoryTable.As(Base.ComputeType), 0, tensor(layout.TaskRows, dtype: ScalarType.Int64, device: device)));
        }

        if (sources.Count == 0)
        {
            return embeddings;
        }

        var places = tensor(slots is null ? layout.TaskPlaces : [.. layout.SlotPlaces, .. layout.TaskPlaces], dtype: ScalarType.Int64, device: device);
        var flat = embeddings.view(-1, Base.Config.HiddenSize);
        return Rows.Replace(flat, places, sources.Count == 1 ? sources[0] : cat(sources, 0)).view(embeddings.shape);
    }

    private List<KeyValueSlots> GatherPrefix(SlotBatch slots, DecoderLayout layout)
    {
        var index = tensor(layout.PrefixIndex, dtype: ScalarType.Int64, device: Base.Device);
        Tensor Gather(Tensor flat) => Rows.Select(flat, 1, index).view(layout.Batch, layout.PrefixWidth, flat.shape[2], flat.shape[3]);
        return [.. slots.KeysAndValues.Select(layer => new KeyValueSlots(Gather(layer.Keys), Gather(layer.Values)))];
    }
}
