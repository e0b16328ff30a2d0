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

    /// <summary>Whether these are slots of a model's shape.</summary>
    internal bool Fits(TransformerConfig config) => _slots.Fits(config);
}
