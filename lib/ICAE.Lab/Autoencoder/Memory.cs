using System.Globalization;
using ICAE.Lab.Formats;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>
/// A text as an autoencoder remembers it: slots, how the text was cut, and the models that made it. Slots can be turned back into the
/// text; they are no anonymisation. Outside of dispose scopes: dispose it, or leave it to the garbage collector.
/// </summary>
/// <remarks>
/// On disk one safetensors file: <c>slots</c> [n, D], or <c>layers.0.keys</c>, <c>layers.0.values</c> [n, K, E] and so on with keys before
/// their rotation; the rest in the metadata. The text itself is not in it.
/// </remarks>
public sealed class Memory : IDisposable
{
    /// <summary>The version of memory files that this library writes, and the newest that it reads.</summary>
    public const int FormatVersion = SlotFile.FormatVersion;

    private const string Format = "icae-memory";
    private const int MostTokens = 1 << 24;

    private readonly SlotTensors _slots;
    private readonly HashSet<int> _hidden;
    private bool _isDisposed;

    internal Memory(
        SlotTensors slots, SpanPlan plan, ModelReference model, ModelReference adapter, int[]? originalIds, IEnumerable<int> hidden, string? original = null)
    {
        Original = original;
        _slots = slots;
        Plan = plan;
        Base = model;
        Adapter = adapter;
        OriginalIds = originalIds;
        _hidden = [.. hidden];
    }

    /// <summary>How the text was cut: its spans, their tokens and slots.</summary>
    public SpanPlan Plan { get; }

    /// <summary>Tokens of the text.</summary>
    public int TextLength => Plan.TextLength;

    /// <summary>Slots, hidden ones included.</summary>
    public int SlotCount => Plan.SlotCount;

    /// <summary>Tokens per slot as used: the text's tokens divided by its slots.</summary>
    public double Ratio => Plan.Ratio;

    /// <summary>What a slot is.</summary>
    public SlotLayout Layout => _slots.Layout;

    /// <summary>The bytes of the slots' values.</summary>
    public long Bytes => Slots.Bytes;

    /// <summary>The base that wrote the slots and reads them.</summary>
    public ModelReference Base { get; }

    /// <summary>The autoencoder's trained part.</summary>
    public ModelReference Adapter { get; }

    /// <summary>The slots that <see cref="Without(int)"/> took away, in order.</summary>
    public IReadOnlyList<int> HiddenSlots => [.. _hidden.Order()];

    /// <summary>The text's ids where the memory was made in this process; <see langword="null"/> where it comes from a file, which does not hold them.</summary>
    public IReadOnlyList<int>? OriginalIds { get; }

    /// <summary>
    /// The text where the memory was made from one in this process; <see langword="null"/> for ids that are no text, such as random ones, and
    /// where it comes from a file, which does not hold it.
    /// </summary>
    public string? Original { get; }

    /// <summary>[n, D] where slots are embeddings; owned by this memory.</summary>
    public Tensor? Embeddings => Slots.Embeddings;

    internal SlotTensors Slots
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _slots;
        }
    }

    internal IReadOnlySet<int> Hidden => _hidden;

    /// <summary>The same memory with one slot hidden from the decoder; the others keep their places.</summary>
    /// <param name="slot">The slot, from 0.</param>
    /// <returns>A memory of its own that shares the values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public Memory Without(int slot) => Without([slot]);

    /// <summary>The same memory with some slots hidden from the decoder; the others keep their places.</summary>
    /// <param name="slots">The slots, from 0.</param>
    /// <returns>A memory of its own that shares the values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public Memory Without(IEnumerable<int> slots)
    {
        ArgumentNullException.ThrowIfNull(slots);
        var hidden = new HashSet<int>(_hidden);
        foreach (var slot in slots)
        {
            if (slot < 0 || slot >= SlotCount)
            {
                throw new ArgumentOutOfRangeException(nameof(slots), slot, $"The memory has the slots 0 to {SlotCount - 1}.");
            }

            hidden.Add(slot);
        }

        return new Memory(Slots.Share(), Plan, Base, Adapter, OriginalIds?.ToArray(), hidden, Original);
    }

    /// <summary>The slots' values as numbers of one's own.</summary>
    /// <returns>
    /// [n, D] where slots are embeddings; else [n, 2 L K E], for each slot its keys (before their rotation) and values of one layer after the other.
    /// </returns>
    public float[,] ToArray()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = cat([.. Slots.Tensors().Select(entry => entry.Value.detach().reshape(SlotCount, -1))], 1).to(ScalarType.Float32).cpu().contiguous();
        var values = new float[SlotCount, rows.shape[1]];
        Buffer.BlockCopy(rows.data<float>().ToArray(), 0, values, 0, values.Length * sizeof(float));
        return values;
    }

    /// <summary>Writes the memory file.</summary>
    /// <param name="path">The file; an older one is replaced once the new one is whole.</param>
    /// <exception cref="IcaeException">It cannot be written.</exception>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        var metadata = SlotFile.Metadata(Format, Base, Adapter);
        metadata["layout"] = Models.OwnJson.Name(Layout);
        metadata["text_length"] = TextLength.ToString(CultureInfo.InvariantCulture);
        metadata["spans"] = string.Join(' ', Plan.Spans.Select(span => string.Create(CultureInfo.InvariantCulture, $"{span.Length}:{span.Slots}")));
        metadata["hidden"] = string.Join(' ', HiddenSlots.Select(slot => slot.ToString(CultureInfo.InvariantCulture)));
        SafetensorsWriter.Write(path, Slots.Tensors(), metadata);
    }

    /// <summary>Reads a memory file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The memory, in the type it was stored in, on the CPU.</returns>
    /// <exception cref="MalformedFileException">It is missing, unsound, newer than this library, or contradicts itself.</exception>
    public static Memory Load(string path)
    {
        using var file = SlotFile.Open(path, Format, "memory file");
        var (model, adapter) = (SlotFile.Reference(file, "base"), SlotFile.Reference(file, "adapter"));
        var spans = ReadSpans(file);
        var count = spans.Sum(span => (long)span.Slots);
        var hidden = ReadHidden(file, count);
        var layout = SlotFile.Text(file, "layout");
        var slots = SlotTensors.Read(file);
        if (slots.Count != count || layout != Models.OwnJson.Name(slots.Layout))
        {
            var (found, kind) = (slots.Count, slots.Layout);
            slots.Dispose();
            throw new MalformedFileException(path, "", $"the file holds {found} slots of the layout {Models.OwnJson.Name(kind)}, but its metadata say {count} of {FileChecks.Quote(layout)}");
        }

        return new Memory(slots, new SpanPlan(spans.Sum(span => span.Length), spans), model, adapter, null, hidden);
    }

    /// <summary>What a person asks first.</summary>
    /// <returns>Tokens, slots and ratio.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{TextLength} tokens on {SlotCount} slots ({Ratio:0.##} tokens a slot{(_hidden.Count == 0 ? "" : $", {_hidden.Count} hidden")})");

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _slots.Dispose();
    }

    private static List<SpanPlan.Span> ReadSpans(SafetensorsFile file)
    {
        var total = SlotFile.Whole(file, "text_length", MostTokens);
        var spans = new List<SpanPlan.Span>();
        var start = 0L;
        foreach (var part in SlotFile.Text(file, "spans").Split(' '))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var length = 0;
            var slots = 0;
            var sound = colon > 0 && Number(part.AsSpan(0, colon), out length) && Number(part.AsSpan(colon + 1), out slots) && length > 0 && slots > 0;
            if (!sound || start + length > total)
            {
                throw SlotFile.Bad(file, "spans", "it is no list of TOKENS:SLOTS that adds up to the text's length");
            }

            spans.Add(new SpanPlan.Span((int)start, length, slots));
            start += length;
        }

        return start == total ? spans : throw SlotFile.Bad(file, "spans", $"the spans hold {start} tokens, the text has {total}");
    }

    private static List<int> ReadHidden(SafetensorsFile file, long count)
    {
        var hidden = new List<int>();
        foreach (var part in (file.Metadata.GetValueOrDefault("hidden") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Number(part, out var slot) || slot >= count)
            {
                throw SlotFile.Bad(file, "hidden", $"it is no list of slots below {count}");
            }

            hidden.Add(slot);
        }

        return hidden;
    }

    private static bool Number(ReadOnlySpan<char> text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
