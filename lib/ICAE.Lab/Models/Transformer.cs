using ICAE.Lab.Formats;
using ICAE.Lab.Models.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Models;

/// <summary>
/// A decoder-only transformer of the Llama, Mistral, Qwen2 and Qwen3 families. It holds its weights once; adapters, caches and memory
/// slots come with each pass. Not safe for use from several threads at a time.
/// </summary>
public sealed class Transformer : IDisposable
{
    private readonly TransformerLayer[] _layers;
    private readonly RotaryEmbedding _rotary;
    private readonly Weight _embedding;
    private readonly Weight _finalNorm;
    private readonly Weight? _head;

    private Transformer(TransformerConfig config, ScalarType computeType, Device device, Func<string, long[], Tensor> make)
    {
        Config = config;
        ComputeType = computeType;
        Device = device;
        _embedding = new Weight("model.embed_tokens.weight", make("model.embed_tokens.weight", [config.VocabularySize, config.HiddenSize]));
        _layers = [.. Enumerable.Range(0, config.Layers).Select(index => new TransformerLayer(config, index, make))];
        _finalNorm = new Weight("model.norm.weight", make("model.norm.weight", [config.HiddenSize]));
        _head = config.TieEmbeddings ? null : new Weight("lm_head.weight", make("lm_head.weight", [config.VocabularySize, config.HiddenSize]));
        _rotary = new RotaryEmbedding(config, device);
    }

    /// <summary>The shape.</summary>
    public TransformerConfig Config { get; }

    /// <summary>The type in which activations are computed; weights of another type are converted where they are used.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>Where the weights are.</summary>
    public Device Device { get; }

    /// <summary>The weights as they are held: queries, keys and values as one, gate and up as one.</summary>
    public IEnumerable<Weight> Weights =>
        new[] { _embedding }.Concat(_layers.SelectMany(layer => layer.Weights)).Append(_finalNorm).Concat(_head is null ? [] : [_head]);

    /// <summary>A model with random weights: normal with deviation 0.02, output projections scaled down by sqrt(2 · layers), norms 1.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="device">The device.</param>
    /// <param name="seed">Decides the weights.</param>
    /// <param name="computeType">The type of activations.</param>
    /// <param name="weightType">The type of weights; float32 where they are trained.</param>
    /// <returns>The model; the caller owns it.</returns>
    /// <exception cref="ConfigurationException">The config breaks a rule.</exception>
    public static Transformer Create(TransformerConfig config, Device device, long seed, ScalarType computeType = ScalarType.Float32, ScalarType weightType = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(device);
        config.Validate();
        return new Transformer(config, computeType, device, (name, shape) =>
        {
            if (name.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                return ones(shape, dtype: weightType, device: device);
            }

            if (name.EndsWith(".bias", StringComparison.Ordinal))
            {
                return zeros(shape, dtype: weightType, device: device);
            }

            var intoResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            return Initialisation.Normal(shape, intoResidual ? 0.02 / Math.Sqrt(2 * config.Layers) : 0.02, name, seed, weightType, device);
        });
    }

    /// <summary>Loads a model from tensors in Hugging Face's names.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="source">The tensors.</param>
    /// <param name="device">The device.</param>
    /// <param name="computeType">The type of activations.</param>
    /// <param name="weightType">The type in which the weights are held, or <see langword="null"/> for <paramref name="computeType"/>.</param>
    /// <param name="cancellation">Looked at between tensors.</param>
    /// <returns>The model; the caller owns it.</returns>
    /// <exception cref="MalformedFileException">A tensor is missing or has another shape than the config asks for.</exception>
    public static Transformer Load(
        TransformerConfig config,
        ITensorSource source,
        Device device,
        ScalarType computeType = ScalarType.Float32,
        ScalarType? weightType = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(source);
        config.Validate();
        Check(config, source);
        var dtype = weightType ?? computeType;
        var model = new Transformer(config, computeType, device, (_, shape) => empty(shape, dtype: dtype, device: device));
        try
        {
            using var _ = no_grad();
            foreach (var (name, _) in config.TensorShapes())
            {
                cancellation.ThrowIfCancellationRequested();
                using var tensor = source.Load(name, dtype, device);
                using var view = model.View(name);
                view.copy_(tensor);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A tensor under its name in files.</summary>
    /// <param name="name">A name of <see cref="TransformerConfig.TensorShapes"/>.</param>
    /// <returns>A view that shares the weight's storage; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no such tensor.</exception>
    public Tensor View(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var (weight, start, length) = Locate(name) ?? throw new ArgumentException($"The model has no tensor '{name}'.", nameof(name));
        using var detached = weight.Value.detach();
        return detached.narrow(0, start, length);
    }

    /// <summary>Every tensor under its name in files, in their order.</summary>
    /// <returns>Views that share the weights' storage; the caller disposes each.</returns>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors() =>
        Config.TensorShapes().Select(entry => KeyValuePair.Create(entry.Name, View(entry.Name)));

    /// <summary>Adds an adapter's update to the weights, for good.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <exception cref="ArgumentException">The adapter is for another shape.</exception>
    /// <exception cref="IcaeException">The update has values that are not finite; nothing was changed.</exception>
    public void Merge(LoraAdapter adapter) => AddAdapter(adapter, 1);

    /// <summary>Takes a merged adapter out again; equal to the weights before up to rounding.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <exception cref="ArgumentException">The adapter is for another shape.</exception>
    /// <exception cref="IcaeException">The update has values that are not finite; nothing was changed.</exception>
    public void Unmerge(LoraAdapter adapter) => AddAdapter(adapter, -1);

    /// <summary>Looks ids up.</summary>
    /// <param name="ids">[...] int64, each below V.</param>
    /// <returns>[..., D] in the compute type, of the caller's dispose scope.</returns>
    public Tensor Embed(Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = NewDisposeScope();
        return Rows.Select(_embedding.Value, 0, ids.reshape(-1))
            .view([.. ids.shape, Config.HiddenSize])
            .to(ComputeType)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Runs the layers and the final norm.</summary>
    /// <param name="input">Embeddings, positions, masks and what else the pass needs.</param>
    /// <returns>The states, of the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes contradict each other or the config.</exception>
    public TransformerOutput Forward(TransformerInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        var hidden = input.Embeddings;
        var pass = Prepare(input);
        var captured = new List<KeyValueSlots>();
        for (var index = 0; index < _layers.Length; index++)
        {
            var (next, slots) = Layer(_layers[index], hidden, pass, input.Prefix?[index], input.RecomputeActivations && is_grad_enabled());
            hidden = next;
            input.OnLayer?.Invoke(index, hidden);
            if (slots is not null)
            {
                captured.Add(slots);
            }
        }

        input.Cache?.Advance((input.Prefix?[0].Keys.shape[1] ?? 0) + input.Embeddings.shape[1]);
        var states = Functional.RmsNorm(hidden, _finalNorm, Config.NormEpsilon).MoveToOuterDisposeScope();
        foreach (var slots in captured)
        {
            slots.Keys.MoveToOuterDisposeScope();
            slots.Values.MoveToOuterDisposeScope();
        }

        return new TransformerOutput(states, captured);
    }

    /// <summary>
    /// Runs the layers as far as the keys and values of the last tokens need it: behind those of the last layer nothing is computed.
    /// </summary>
    /// <param name="input">As for <see cref="Forward"/>, with <see cref="TransformerInput.Capture"/> and without a cache.</param>
    /// <returns>Each layer's keys and values, of the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes contradict each other or the config, or nothing is to be captured.</exception>
    public IReadOnlyList<KeyValueSlots> Capture(TransformerInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Capture < 1 || input.Cache is not null)
        {
            throw new ArgumentException($"{nameof(TransformerInput.Capture)} must be at least 1, and no cache can be given.", nameof(input));
        }

        using var scope = NewDisposeScope();
        var hidden = input.Embeddings;
        var pass = Prepare(input);
        var captured = new List<KeyValueSlots>();
        for (var index = 0; index < _layers.Length - 1; index++)
        {
            var (next, slots) = Layer(_layers[index], hidden, pass, input.Prefix?[index], input.RecomputeActivations && is_grad_enabled());
            hidden = next;
            input.OnLayer?.Invoke(index, hidden);
            captured.Add(slots!);
        }

        captured.Add(_layers[^1].Capture(hidden, pass));
        foreach (var slots in captured)
        {
            slots.Keys.MoveToOuterDisposeScope();
            slots.Values.MoveToOuterDisposeScope();
        }

        return captured;
    }

    /// <summary>The output layer.</summary>
    /// <param name="hidden">[..., D] states after the final norm; pass only those whose logits are needed.</param>
    /// <returns>[..., V] in the compute type, of the caller's dispose scope.</returns>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return F.linear(hidden, (_head ?? _embedding).As(ComputeType)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _embedding.Dispose();
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }

        _finalNorm.Dispose();
        _head?.Dispose();
        _rotary.Dispose();
    }

    private static (Tensor Hidden, KeyValueSlots? Captured) Layer(TransformerLayer layer, Tensor hidden, LayerPass pass, KeyValueSlots? prefix, bool recompute)
    {
        if (!recompute)
        {
            return layer.Forward(hidden, pass, prefix);
        }

        Tensor[] own = prefix is null ? [hidden] : [hidden, prefix.Keys, prefix.Values];
        var outputs = Recomputation.Run(
            inputs =>
            {
                var slotsOfLayer = own.Length > 1 ? new KeyValueSlots(inputs[1], inputs[2]) : null;
                var (result, slots) = layer.Forward(inputs[0], pass.With([.. inputs.Skip(own.Length)]), slotsOfLayer);
                return slots is null ? [result] : [result, slots.Keys, slots.Values];
            },
            [.. own, .. pass.Tensors]);
        return (outputs[0], outputs.Count > 1 ? new KeyValueSlots(outputs[1], outputs[2]) : null);
    }

    private static void Check(TransformerConfig config, ITensorSource source)
    {
        foreach (var (name, shape) in config.TensorShapes())
        {
            if (!source.TryDescribe(name, out var descriptor))
            {
                throw new MalformedFileException(source.Path, name, "the config asks for this tensor, and it is not there");
            }

            if (!descriptor.Shape.SequenceEqual(shape))
            {
                throw new MalformedFileException(source.Path, name, $"the shape is [{string.Join(", ", descriptor.Shape)}]; the config asks for [{string.Join(", ", shape)}]");
            }
        }
    }

    private (Weight Weight, long Start, long Length)? Locate(string name)
    {
        if (name == _embedding.Name)
        {
            return (_embedding, 0, Config.VocabularySize);
        }

        if (name == _finalNorm.Name)
        {
            return (_finalNorm, 0, Config.HiddenSize);
        }

        if (_head is not null && name == _head.Name)
        {
            return (_head, 0, Config.VocabularySize);
        }

        const string Prefix = "model.layers.";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var end = name.IndexOf('.', Prefix.Length);
        return end > 0 && int.TryParse(name.AsSpan(Prefix.Length, end - Prefix.Length), out var layer) && layer >= 0 && layer < _layers.Length
            ? _layers[layer].Locate(name[(end + 1)..])
            : null;
    }

    private void AddAdapter(LoraAdapter adapter, float sign)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        if (adapter.Model != Config && !Config.TensorShapes().SequenceEqual(adapter.Model.TensorShapes(), ShapeComparer.Instance))
        {
            throw new ArgumentException("The adapter is for a model of another shape.", nameof(adapter));
        }

        using var _ = no_grad();
        (int Layer, string Target)[] places = [.. Enumerable.Range(0, Config.Layers).SelectMany(layer => adapter.Config.Targets.Select(target => (layer, target)))];

        // Each update is computed twice, once to be looked at and once to be added: all of them together can be as large as the model.
        foreach (var (layer, target) in places)
        {
            using var scope = NewDisposeScope();
            if (!adapter.Delta(layer, target)!.isfinite().all().item<bool>())
            {
                throw new IcaeException($"The adapter's update of {LoraAdapter.ModulePath(layer, target)} is not finite; nothing was merged.");
            }
        }

        foreach (var (layer, target) in places)
        {
            using var scope = NewDisposeScope();
            var view = View(LoraAdapter.ModulePath(layer, target) + ".weight");
            view.copy_(view.to(ScalarType.Float32).add(adapter.Delta(layer, target)!, sign).to(view.dtype));
        }
    }

    /// <summary>What all layers share, and the checks of the input.</summary>
    internal LayerPass Prepare(TransformerInput input)
    {
        InputCheck.Require(input, Config, ComputeType);
        var length = input.Embeddings.shape[1];
        var past = input.Cache?.Length ?? 0;
        var prefixLength = input.Prefix?[0].Keys.shape[1] ?? 0;
        var positions = input.Positions ?? arange(past, past + length, dtype: ScalarType.Int64, device: Device);
        var (cosine, sine) = _rotary.Angles(positions, ComputeType);
        var (prefixCosine, prefixSine) = input.PrefixPositions is { } at ? _rotary.Angles(at, ComputeType) : ((Tensor?)null, (Tensor?)null);
        var causalOnly = input.KeyMask is null && input.Segments is null && (Config.SlidingWindow is null || Config.SlidingWindow >= prefixLength + length);
        var fused = TakesKernel(input, causalOnly);
        var bias = fused ? null : AttentionBias.Build(length, prefixLength + past + length, Config.SlidingWindow, input.KeyMask, input.Segments, ComputeType, Device);
        return new LayerPass(cosine, sine, bias, input.Adapter, input.Adapter?.DropoutSeed, input.Cache, prefixCosine, prefixSine, input.Capture, fused);
    }

    /// <summary>Whether every layer of a pass takes the attention kernel, which hides the future without a mask.</summary>
    private bool TakesKernel(TransformerInput input, bool causalOnly)
    {
        if (Config.QueryKeyNorm || input.Cache is not null)
        {
            return false;
        }

        // What a layer would project the embeddings to, without rows: the kernel decides by type, place and length.
        using var projected = empty([0, input.Embeddings.shape[1], Config.Heads + (2 * Config.KeyValueHeads), Config.HeadSize], dtype: input.Embeddings.dtype, device: input.Embeddings.device);
        return AttentionKernel.Handles(projected, input.Prefix, causalOnly);
    }

    private sealed class ShapeComparer : IEqualityComparer<(string Name, long[] Shape)>
    {
        public static readonly ShapeComparer Instance = new();

        public bool Equals((string Name, long[] Shape) x, (string Name, long[] Shape) y) => x.Name == y.Name && x.Shape.AsSpan().SequenceEqual(y.Shape);

        public int GetHashCode((string Name, long[] Shape) obj) => obj.Name.GetHashCode(StringComparison.Ordinal);
    }
}
