using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>
/// One set of slots trained to serve for every text: with the base that reads nothing, the true zero of a measurement of memory. Shipped
/// with the autoencoder whose zero it is.
/// </summary>
public sealed class ConstantSlots : IDisposable
{
    private const string Format = "icae-constant-slots";

    private readonly SlotTensors _slots;

    private ConstantSlots(SlotTensors slots, ModelReference model, ModelReference adapter)
    {
        _slots = slots;
        Base = model;
        Adapter = adapter;
    }

    /// <summary>The number of slots.</summary>
    public int Count => _slots.Count;

    /// <summary>What a slot is.</summary>
    public SlotLayout Layout => _slots.Layout;

    /// <summary>[n, D] where slots are embeddings; owned by this object.</summary>
    public Tensor? Embeddings => _slots.Embeddings;

    /// <summary>Each layer's [1, n, K, E] where slots are keys and values, else empty; owned by this object.</summary>
    public IReadOnlyList<KeyValueSlots> KeysAndValues => _slots.KeysAndValues;

    /// <summary>The base that reads them.</summary>
    public ModelReference Base { get; }

    /// <summary>The autoencoder whose task tokens they were trained with.</summary>
    public ModelReference Adapter { get; }

    /// <summary>Makes constant slots of values.</summary>
    /// <param name="values">One text's slots; copied.</param>
    /// <param name="model">The base that reads them.</param>
    /// <param name="adapter">The autoencoder whose task tokens they were trained with.</param>
    /// <returns>The slots; the caller owns them.</returns>
    public static ConstantSlots From(SlotBatch values, ModelReference model, ModelReference adapter)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new ConstantSlots(SlotTensors.Join([values]), model, adapter);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">The file; an older one is replaced once the new one is whole.</param>
    /// <exception cref="IcaeException">It cannot be written.</exception>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, _slots.Tensors(), SlotFile.Metadata(Format, Base, Adapter));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The slots, in the type they were stored in, on the CPU; the caller owns them.</returns>
    /// <exception cref="MalformedFileException">It is missing, unsound, or newer than this library.</exception>
    public static ConstantSlots Load(string path)
    {
        using var file = SlotFile.Open(path, Format, "file of constant slots");
        var (model, adapter) = (SlotFile.Reference(file, "base"), SlotFile.Reference(file, "adapter"));
        return new ConstantSlots(SlotTensors.Read(file), model, adapter);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    /// <summary>The constant slots for each of some texts, of the caller's dispose scope: the first of them where it has fewer slots, from the first on again where it has more.</summary>
    /// <param name="plans">How each text is cut.</param>
    /// <param name="type">The type of the slots.</param>
    /// <param name="device">Where they are.</param>
    /// <returns>The batch.</returns>
    public SlotBatch ToBatch(IReadOnlyList<SpanPlan> plans, ScalarType type, Device device) => Repeat(
        new SlotBatch(
            [],
            Embeddings?.to(type, device),
            [.. KeysAndValues.Select(layer => new KeyValueSlots(layer.Keys.to(type, device), layer.Values.to(type, device)))]),
        plans);

    /// <summary>Name and values as they are stored.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> Tensors() => _slots.Tensors();

    /// <summary>One text's slots for each of some texts; gradients flow.</summary>
    internal static SlotBatch Repeat(SlotBatch slots, IReadOnlyList<SpanPlan> plans)
    {
        var any = slots.Embeddings ?? slots.KeysAndValues[0].Keys;
        var count = slots.Embeddings is null ? any.shape[1] : any.shape[0];
        var index = tensor(plans.SelectMany(plan => Enumerable.Range(0, plan.SlotCount).Select(slot => slot % count)).ToArray(), dtype: ScalarType.Int64, device: any.device);
        return new SlotBatch(
            plans,
            slots.Embeddings?.index_select(0, index),
            [.. slots.KeysAndValues.Select(layer => new KeyValueSlots(layer.Keys.index_select(1, index), layer.Values.index_select(1, index)))]);
    }

    /// <summary>Whether these are slots of a model's shape.</summary>
    internal bool Fits(TransformerConfig config) => _slots.Fits(config);
}
