namespace ICAE.Lab.Autoencoder;

/// <summary>
/// How a batch of decoder sequences lies in a rectangle: ids, positions, padding, and the places that slots and task tokens take.
/// Slots that are keys and values take no column; they stand before the first.
/// </summary>
public sealed class DecoderLayout
{
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly int[] _removed;
    private readonly int[] _removedFrom;

    private DecoderLayout(int batch, int width, int prefixWidth)
    {
        (_removed, _removedFrom) = (new int[batch], new int[batch]);
        Batch = batch;
        Width = width;
        PrefixWidth = prefixWidth;
        Ids = new long[batch * width];
        Positions = new long[batch * width];
        PrefixPositions = new long[batch * prefixWidth];
        PrefixIndex = new long[batch * prefixWidth];
        _starts = new int[batch];
        _lengths = new int[batch];
    }

    /// <summary>B: sequences.</summary>
    public int Batch { get; }

    /// <summary>W: columns.</summary>
    public int Width { get; }

    /// <summary>Columns of slots that are keys and values; 0 where slots are embeddings.</summary>
    public int PrefixWidth { get; }

    /// <summary>For each sequence the position that its next token would have.</summary>
    public required IReadOnlyList<int> NextPositions { get; init; }

    internal long[] Ids { get; }

    internal long[] Positions { get; }

    /// <summary>[B, PrefixWidth + W]: false where a later column of its row must not look; <see langword="null"/> where there is no such place.</summary>
    internal bool[]? KeyMask { get; private set; }

    internal long[] PrefixPositions { get; }

    internal long[] PrefixIndex { get; }

    internal long[] SlotPlaces { get; private set; } = [];

    /// <summary>Which slot of the batch goes to each of <see cref="SlotPlaces"/>.</summary>
    internal long[] SlotIndex { get; private set; } = [];

    /// <summary>0 for each of <see cref="SlotPlaces"/> whose slot is hidden, 1 for the others; <see langword="null"/> where none is.</summary>
    internal float[]? SlotShown { get; private set; }

    internal long[] TaskPlaces { get; private set; } = [];

    internal long[] TaskRows { get; private set; } = [];

    internal bool UniformPositions { get; private set; }

    /// <summary>The row of the flattened states [B W, D] at which an id of a sequence stands.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="index">The id's index in it; not that of a slot that is keys and values.</param>
    /// <returns>The row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id has no column: it stands for a slot that is keys and values.</exception>
    public int Row(int sequence, int index)
    {
        if (index >= _removedFrom[sequence] && index < _removedFrom[sequence] + _removed[sequence])
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"In sequence {sequence} this is the place of a slot that is keys and values; it has no state.");
        }

        return (sequence * Width) + _starts[sequence] + index - (index < _removedFrom[sequence] ? 0 : _removed[sequence]);
    }

    /// <summary>How many ids of a sequence have a column.</summary>
    internal int Length(int sequence) => _lengths[sequence];

    /// <summary>Lays sequences out.</summary>
    internal static DecoderLayout Build(Icae icae, SlotBatch slots, IReadOnlyList<int[]> sequences, bool padLeft)
    {
        var embedded = icae.Config.Layout == SlotLayout.Embeddings;
        if (sequences.Count != slots.Plans.Count)
        {
            throw new ArgumentException($"There are {sequences.Count} decoder sequences for {slots.Plans.Count} texts.", nameof(sequences));
        }

        if ((embedded ? slots.Embeddings is null : slots.KeysAndValues.Count == 0) && sequences.Any(ids => Array.Exists(ids, icae.Ids.IsMemory)))
        {
            throw new ArgumentException($"A decoder sequence holds places for slots, but the batch has none of the layout {icae.Config.Layout}.", nameof(slots));
        }

        var plain = sequences.Select((ids, row) => Describe(icae, ids, slots.Plans[row], embedded)).ToList();
        var layout = new DecoderLayout(sequences.Count, plain.Max(row => row.Ids.Length), embedded ? 0 : plain.Max(row => row.SlotPositions.Length))
        {
            NextPositions = [.. plain.Select(row => row.NextPosition)],
        };
        layout.Fill(icae, slots, plain, padLeft);
        return layout;
    }

    private static RowDescription Describe(Icae icae, int[] ids, SpanPlan plan, bool embedded)
    {
        var first = Array.FindIndex(ids, icae.Ids.IsMemory);
        var count = ids.Count(icae.Ids.IsMemory);
        if (count != 0 && (count != plan.SlotCount || ids.AsSpan(first, count).ContainsAnyExcept(icae.Ids.Memory)))
        {
            throw new ArgumentException($"A decoder sequence holds {count} places for slots; its text has {plan.SlotCount} slots, and their places must be one run of id {icae.Ids.Memory}.", nameof(ids));
        }

        var before = Math.Max(first, 0);
        var slotPositions = count == 0 ? [] : plan.DecoderPositions(icae.Config.Positions).Select(position => before + position).ToArray();
        var task = before + plan.TaskPosition(icae.Config);
        var positions = new int[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            positions[i] = i < before ? i : i < before + count ? slotPositions[i - before] : task + i - before - count;
        }

        var next = task + ids.Length - before - count;
        if (embedded)
        {
            return new RowDescription(ids, positions, slotPositions, next, before, 0);
        }

        // Slots that are keys and values precede everything; only their positions say where they stand.
        return new RowDescription([.. ids[..before], .. ids[(before + count)..]], [.. positions[..before], .. positions[(before + count)..]], slotPositions, next, before, count);
    }

    private void Fill(Icae icae, SlotBatch slots, List<RowDescription> rows, bool padLeft)
    {
        var special = icae.Ids;
        var (slotPlaces, slotIndex, taskPlaces, taskRows) = (new List<long>(), new List<long>(), new List<long>(), new List<long>());
        var mask = new bool[Batch * (PrefixWidth + Width)];
        var firstSlot = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            var (ids, positions, slotPositions, _, before, removed) = rows[row];
            var slot = firstSlot;
            firstSlot += slots.Plans[row].SlotCount;
            (_removedFrom[row], _removed[row], _lengths[row]) = (before, removed, ids.Length);
            _starts[row] = padLeft ? Width - ids.Length : 0;
            for (var i = 0; i < ids.Length; i++)
            {
                var place = (row * Width) + _starts[row] + i;
                Positions[place] = positions[i];
                mask[(row * (PrefixWidth + Width)) + PrefixWidth + _starts[row] + i] = !special.IsMemory(ids[i]) || !IsHidden(slot);
                if (special.IsMemory(ids[i]))
                {
                    slotPlaces.Add(place);
                    slotIndex.Add(slot++);
                }
                else if (special.IsTask(ids[i]))
                {
                    taskPlaces.Add(place);
                    taskRows.Add(special.TableRow(ids[i]));
                }
                else if (ids[i] < 0 || ids[i] >= special.BaseVocabulary)
                {
                    throw new ArgumentException($"A decoder sequence holds the id {ids[i]}, which is neither in the base's vocabulary of {special.BaseVocabulary} nor a special one.", nameof(rows));
                }
                else
                {
                    Ids[place] = ids[i];
                }
            }

            if (!padLeft)
            {
                // Nothing sees what stands behind it: where all padding does, no mask is needed.
                mask.AsSpan((row * (PrefixWidth + Width)) + PrefixWidth + ids.Length, Width - ids.Length).Fill(true);
            }

            if (PrefixWidth == 0)
            {
                continue;
            }

            var padding = PrefixWidth - slotPositions.Length;
            for (var i = 0; i < slotPositions.Length; i++)
            {
                PrefixPositions[(row * PrefixWidth) + padding + i] = slotPositions[i];
                mask[(row * (PrefixWidth + Width)) + padding + i] = !IsHidden(slot);
                PrefixIndex[(row * PrefixWidth) + padding + i] = slot++;
            }
        }

        bool IsHidden(int number) => slots.Hidden?.Contains(number) == true;

        (SlotPlaces, SlotIndex) = ([.. slotPlaces], [.. slotIndex]);
        SlotShown = slots.Hidden is { Count: > 0 } ? [.. slotIndex.Select(slot => IsHidden((int)slot) ? 0f : 1f)] : null;
        (TaskPlaces, TaskRows) = ([.. taskPlaces], [.. taskRows]);
        KeyMask = mask.AsSpan().Contains(false) ? mask : null;
        UniformPositions = KeyMask is null && Enumerable.Range(1, Batch - 1).All(row => Positions.AsSpan(row * Width, Width).SequenceEqual(Positions.AsSpan(0, Width)));
    }

    private sealed record RowDescription(int[] Ids, int[] Positions, int[] SlotPositions, int NextPosition, int Before, int Removed);
}
