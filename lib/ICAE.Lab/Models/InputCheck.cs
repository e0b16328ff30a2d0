using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>Refuses a pass whose tensors do not fit each other or the model.</summary>
internal static class InputCheck
{
    /// <summary>Checks every shape of a pass.</summary>
    /// <param name="input">The pass.</param>
    /// <param name="config">The model's config.</param>
    /// <param name="computeType">The model's compute type.</param>
    /// <exception cref="ArgumentException">Something does not fit; the message says what is needed.</exception>
    public static void Require(TransformerInput input, TransformerConfig config, ScalarType computeType)
    {
        var embeddings = input.Embeddings;
        if (embeddings.dim() != 3 || embeddings.shape[2] != config.HiddenSize || embeddings.dtype != computeType)
        {
            throw new ArgumentException($"The embeddings are {embeddings.dtype} {Shape(embeddings)}; {computeType} [B, T, {config.HiddenSize}] is needed.", nameof(input));
        }

        var (batch, length) = (embeddings.shape[0], embeddings.shape[1]);
        if (input.Capture < 0 || input.Capture > length)
        {
            throw new ArgumentException($"The keys and values of {input.Capture} tokens cannot be captured; the pass has {length}.", nameof(input));
        }

        RequirePositions("positions", input.Positions, batch, length);
        RequirePrefix(input, config, batch);
        RequireCache(input.Cache, config, batch);
        var keys = (input.Prefix?[0].Keys.shape[1] ?? 0) + (input.Cache?.Length ?? 0) + length;
        RequireShape("entries of the key mask", input.KeyMask, batch, keys);
        RequireShape("segments", input.Segments, batch, keys);
    }

    private static void RequirePositions(string what, Tensor? positions, long batch, long length)
    {
        if (positions is null)
        {
            return;
        }

        if (positions.dtype != ScalarType.Int64 || !(Is(positions, length) || Is(positions, batch, length)))
        {
            throw new ArgumentException($"The {what} are {positions.dtype} {Shape(positions)}; Int64 [{length}] or [{batch}, {length}] is needed.", nameof(positions));
        }
    }

    private static void RequirePrefix(TransformerInput input, TransformerConfig config, long batch)
    {
        if (input.Prefix is not { } prefix)
        {
            return;
        }

        if (input.PrefixPositions is null || prefix.Count != config.Layers)
        {
            throw new ArgumentException($"Memory slots need positions and one pair for each of the {config.Layers} layers.", nameof(input));
        }

        var slots = prefix[0].Keys.dim() == 4 ? prefix[0].Keys.shape[1] : 0;
        for (var layer = 0; layer < prefix.Count; layer++)
        {
            RequireShape($"keys of the memory slots of layer {layer}", prefix[layer].Keys, batch, slots, config.KeyValueHeads, config.HeadSize);
            RequireShape($"values of the memory slots of layer {layer}", prefix[layer].Values, batch, slots, config.KeyValueHeads, config.HeadSize);
        }

        RequirePositions("positions of the memory slots", input.PrefixPositions, batch, slots);
    }

    private static void RequireCache(KeyValueCache? cache, TransformerConfig config, long batch)
    {
        if (cache is not null && (cache.Layers, cache.Batch, cache.Heads, cache.HeadSize) != (config.Layers, batch, config.KeyValueHeads, config.HeadSize))
        {
            throw new ArgumentException(
                $"The key-value cache has {cache.Layers} layers of [{cache.Batch}, {cache.Heads}, S, {cache.HeadSize}]; {config.Layers} of [{batch}, {config.KeyValueHeads}, S, {config.HeadSize}] are needed.",
                nameof(cache));
        }
    }

    private static void RequireShape(string what, Tensor? tensor, params long[] shape)
    {
        if (tensor is not null && !Is(tensor, shape))
        {
            throw new ArgumentException($"The {what} have the shape {Shape(tensor)}; [{string.Join(", ", shape)}] is needed.", nameof(tensor));
        }
    }

    private static bool Is(Tensor tensor, params long[] shape) => tensor.shape.AsSpan().SequenceEqual(shape);

    private static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
