using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// Keys and values of the tokens read so far, one pair of buffers a layer. Passed in by whoever generates; a model keeps none.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <summary>Reserves the buffers.</summary>
    /// <param name="config">The model's config.</param>
    /// <param name="batch">B: rows.</param>
    /// <param name="capacity">Tokens that fit.</param>
    /// <param name="dtype">The compute type.</param>
    /// <param name="device">The device.</param>
    public KeyValueCache(TransformerConfig config, long batch, long capacity, ScalarType dtype, Device device)
    {
        ArgumentNullException.ThrowIfNull(config);
        Capacity = capacity;
        _keys = Buffers();
        _values = Buffers();

        Tensor[] Buffers() =>
        [
            .. Enumerable.Range(0, config.Layers).Select(_ =>
                empty([batch, config.KeyValueHeads, capacity, config.HeadSize], dtype: dtype, device: device).DetachFromDisposeScope()),
        ];
    }

    /// <summary>Tokens that fit.</summary>
    public long Capacity { get; private set; }

    /// <summary>Tokens stored; every layer has as many between two calls of the model.</summary>
    public long Length { get; private set; }

    /// <summary>The layers it has buffers for.</summary>
    internal int Layers => _keys.Length;

    /// <summary>B: rows.</summary>
    internal long Batch => _keys[0].shape[0];

    /// <summary>K: key and value heads.</summary>
    internal long Heads => _keys[0].shape[1];

    /// <summary>E: numbers in a head's vector.</summary>
    internal long HeadSize => _keys[0].shape[3];

    /// <summary>Appends one layer's new keys and values.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keys">[B, K, T, E], rotated.</param>
    /// <param name="values">[B, K, T, E].</param>
    /// <returns>Views of all so far, [B, K, Length + T, E].</returns>
    /// <exception cref="InvalidOperationException">They do not fit.</exception>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var added = keys.shape[2];
        if (Length + added > Capacity)
        {
            throw new InvalidOperationException($"The key-value cache holds {Capacity} tokens; {Length} are stored and {added} more do not fit.");
        }

        using (var room = _keys[layer].narrow(2, Length, added))
        {
            room.copy_(keys);
        }

        using (var room = _values[layer].narrow(2, Length, added))
        {
            room.copy_(values);
        }

        return (_keys[layer].narrow(2, 0, Length + added), _values[layer].narrow(2, 0, Length + added));
    }

    /// <summary>Counts tokens that every layer has appended.</summary>
    /// <param name="tokens">Their number.</param>
    internal void Advance(long tokens) => Length += tokens;

    /// <summary>Makes room for more tokens; the buffers double where they are full.</summary>
    /// <param name="tokens">How many more must fit.</param>
    public void Reserve(long tokens)
    {
        if (Length + tokens <= Capacity)
        {
            return;
        }

        Capacity = Math.Max(Length + tokens, 2 * Capacity);
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            Grow(ref _keys[layer]);
            Grow(ref _values[layer]);
        }
    }

    /// <summary>Keeps some of the rows, in the order given (finished ones are dropped from a batch).</summary>
    /// <param name="rows">[b] int64 row numbers.</param>
    public void KeepRows(Tensor rows)
    {
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            Keep(ref _keys[layer], rows);
            Keep(ref _values[layer], rows);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _keys.Concat(_values))
        {
            buffer.Dispose();
        }
    }

    private void Grow(ref Tensor buffer)
    {
        using var scope = NewDisposeScope();
        var grown = empty([buffer.shape[0], buffer.shape[1], Capacity, buffer.shape[3]], dtype: buffer.dtype, device: buffer.device);
        grown.narrow(2, 0, Length).copy_(buffer.narrow(2, 0, Length));
        buffer.Dispose();
        buffer = grown.DetachFromDisposeScope();
    }

    private static void Keep(ref Tensor buffer, Tensor rows)
    {
        var kept = buffer.index_select(0, rows).DetachFromDisposeScope();
        buffer.Dispose();
        buffer = kept;
    }
}
