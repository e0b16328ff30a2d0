using System.Globalization;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>The values of some slots, in either layout, kept outside of dispose scopes; and their form in files.</summary>
internal sealed class SlotTensors : IDisposable
{
    private const string EmbeddingsName = "slots";

    private SlotTensors(Tensor? embeddings, IReadOnlyList<KeyValueSlots> keysAndValues)
    {
        Embeddings = embeddings?.DetachFromDisposeScope();
        KeysAndValues = keysAndValues;
        foreach (var layer in keysAndValues)
        {
            layer.Keys.DetachFromDisposeScope();
            layer.Values.DetachFromDisposeScope();
        }
    }

    /// <summary>[n, D], or <see langword="null"/>.</summary>
    public Tensor? Embeddings { get; }

    /// <summary>Each layer's [1, n, K, E], or empty.</summary>
    public IReadOnlyList<KeyValueSlots> KeysAndValues { get; }

    public SlotLayout Layout => Embeddings is null ? SlotLayout.KeysAndValues : SlotLayout.Embeddings;

    /// <summary>n.</summary>
    public int Count => (int)(Embeddings is null ? KeysAndValues[0].Keys.shape[1] : Embeddings.shape[0]);

    /// <summary>The bytes of all values.</summary>
    public long Bytes => KeysAndValues.SelectMany(layer => (Tensor[])[layer.Keys, layer.Values]).Concat(Embeddings is null ? [] : [Embeddings]).Sum(values => values.NumberOfElements * values.ElementSize);

    /// <summary>Detached copies of the slots of batches, one batch after the other.</summary>
    public static SlotTensors Join(IReadOnlyList<SlotBatch> batches)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return new SlotTensors(
            batches[0].Embeddings is null ? null : cat([.. batches.Select(batch => batch.Embeddings!.detach())], 0),
            [
                .. Enumerable.Range(0, batches[0].KeysAndValues.Count).Select(layer => new KeyValueSlots(
                    cat([.. batches.Select(batch => batch.KeysAndValues[layer].Keys.detach())], 1),
                    cat([.. batches.Select(batch => batch.KeysAndValues[layer].Values.detach())], 1))),
            ]);
    }

    /// <summary>The slots of several texts, one after the other, in a model's type and on its device; of the caller's dispose scope.</summary>
    public static SlotBatch Batch(IReadOnlyList<(SpanPlan Plan, SlotTensors Slots)> texts, ScalarType dtype, Device device, IReadOnlySet<int>? hidden)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor Join(Func<SlotTensors, Tensor> part, int dimension) => cat([.. texts.Select(text => part(text.Slots).to(dtype, device))], dimension).MoveToOuterDisposeScope();
        var first = texts[0].Slots;
        return new SlotBatch(
            [.. texts.Select(text => text.Plan)],
            first.Embeddings is null ? null : Join(slots => slots.Embeddings!, 0),
            [.. Enumerable.Range(0, first.KeysAndValues.Count).Select(i => new KeyValueSlots(Join(slots => slots.KeysAndValues[i].Keys, 1), Join(slots => slots.KeysAndValues[i].Values, 1)))])
        {
            Hidden = hidden,
        };
    }

    /// <summary>Reads the slots of a file, and checks that they are slots: their names, shapes, types and that they are finite.</summary>
    public static SlotTensors Read(SafetensorsFile file)
    {
        var layout = LayoutOf(file);
        using var scope = NewDisposeScope();
        if (layout == SlotLayout.Embeddings)
        {
            return new SlotTensors(Load(file, EmbeddingsName, 2), []);
        }

        var layers = new List<KeyValueSlots>();
        for (var layer = 0; layer < file.Tensors.Count / 2; layer++)
        {
            var (keys, values) = (Load(file, Name(layer, "keys"), 3), Load(file, Name(layer, "values"), 3));
            var shape = layers.Count == 0 ? keys.shape : layers[0].Keys.shape[1..];
            if (!keys.shape.AsSpan().SequenceEqual(shape) || !values.shape.AsSpan().SequenceEqual(shape))
            {
                throw Bad(file, Name(layer, "keys"), "keys and values are not of one shape in all layers");
            }

            layers.Add(new KeyValueSlots(keys.unsqueeze(0), values.unsqueeze(0)));
        }

        return new SlotTensors(null, layers);
    }

    /// <summary>Whether these are slots of a model's shape.</summary>
    public bool Fits(TransformerConfig config) => Embeddings is not null
        ? Embeddings.shape[1] == config.HiddenSize
        : KeysAndValues.Count == config.Layers && KeysAndValues[0].Keys.shape is [_, _, var heads, var size] && heads == config.KeyValueHeads && size == config.HeadSize;

    /// <summary>Another owner of the same values.</summary>
    public SlotTensors Share() => new(Embeddings?.alias(), [.. KeysAndValues.Select(layer => new KeyValueSlots(layer.Keys.alias(), layer.Values.alias()))]);

    /// <summary>Names and values for a file: <c>slots</c> [n, D], or <c>layers.0.keys</c> and <c>layers.0.values</c> [n, K, E] and so on.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors()
    {
        if (Embeddings is not null)
        {
            yield return KeyValuePair.Create(EmbeddingsName, Embeddings);
            yield break;
        }

        for (var layer = 0; layer < KeysAndValues.Count; layer++)
        {
            yield return KeyValuePair.Create(Name(layer, "keys"), KeysAndValues[layer].Keys.squeeze(0));
            yield return KeyValuePair.Create(Name(layer, "values"), KeysAndValues[layer].Values.squeeze(0));
        }
    }

    public void Dispose()
    {
        Embeddings?.Dispose();
        foreach (var layer in KeysAndValues)
        {
            layer.Keys.Dispose();
            layer.Values.Dispose();
        }
    }

    /// <summary>Checks the names alone, before anything is loaded.</summary>
    private static SlotLayout LayoutOf(SafetensorsFile file)
    {
        if (file.TryDescribe(EmbeddingsName, out _) && file.Tensors.Count == 1)
        {
            return SlotLayout.Embeddings;
        }

        var layers = file.Tensors.Count / 2;
        if (layers == 0 || layers > 4096 || file.Tensors.Count % 2 != 0
            || !Enumerable.Range(0, layers).All(layer => file.TryDescribe(Name(layer, "keys"), out _) && file.TryDescribe(Name(layer, "values"), out _)))
        {
            throw new MalformedFileException(file.Path, "", $"the tensors are neither {EmbeddingsName} alone nor keys and values of each layer");
        }

        return SlotLayout.KeysAndValues;
    }

    private static Tensor Load(SafetensorsFile file, string name, int dimensions)
    {
        file.TryDescribe(name, out var descriptor);
        if (descriptor!.StoredType is not ("F32" or "F16" or "BF16") || descriptor.Shape.Count != dimensions || descriptor.Shape.Any(size => size is < 1 or > int.MaxValue))
        {
            throw Bad(file, name, $"{descriptor.StoredType} of shape [{string.Join(", ", descriptor.Shape)}] are no slots");
        }

        var values = file.Load(name);
        return values.isfinite().all().item<bool>() ? values : throw Bad(file, name, "it has values that are not finite");
    }

    private static string Name(int layer, string part) => string.Create(CultureInfo.InvariantCulture, $"layers.{layer}.{part}");

    private static MalformedFileException Bad(SafetensorsFile file, string name, string cause) => new(file.Path, $"tensor {FileChecks.Quote(name)}", cause);
}
