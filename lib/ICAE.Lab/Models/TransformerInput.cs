using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>One forward pass's input. B rows of T new tokens; S counts the memory slots, the cached tokens and the new ones.</summary>
public sealed record TransformerInput
{
    /// <summary>[B, T, D] in the model's compute type: embeddings of ids, memory slots, or both.</summary>
    public required Tensor Embeddings { get; init; }

    /// <summary>[T] or [B, T] int64; <see langword="null"/> counts on from what the cache holds.</summary>
    public Tensor? Positions { get; init; }

    /// <summary>[B, S] bool, true for real tokens; <see langword="null"/> where all are.</summary>
    public Tensor? KeyMask { get; init; }

    /// <summary>[B, S] int64: several texts packed in one row see only themselves; <see langword="null"/> where a row is one text.</summary>
    public Tensor? Segments { get; init; }

    /// <summary>The adapter of this pass; <see langword="null"/> for the base alone.</summary>
    public LoraAdapter? Adapter { get; init; }

    /// <summary>Keeps keys and values for later passes; only without gradients.</summary>
    public KeyValueCache? Cache { get; init; }

    /// <summary>Each layer's memory slots of M keys and values, to be read before everything else.</summary>
    public IReadOnlyList<KeyValueSlots>? Prefix { get; init; }

    /// <summary>[M] or [B, M] int64: where the slots of <see cref="Prefix"/> stand.</summary>
    public Tensor? PrefixPositions { get; init; }

    /// <summary>How many of the last tokens give every layer's keys and values away as memory.</summary>
    public int Capture { get; init; }

    /// <summary>Compute each layer again during the backward pass instead of keeping its activations: less memory, a third more work.</summary>
    public bool RecomputeActivations { get; init; }

    /// <summary>
    /// Called with each layer's number, from 0, and its output [B, T, D] before the next one is computed: for looking inside. The tensor
    /// is the pass's own.
    /// </summary>
    public Action<int, Tensor>? OnLayer { get; init; }
}
