using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// A low-rank adapter for a transformer. The base knows nothing of it: a forward pass is given an adapter or none, so switching it off
/// costs nothing and no weight exists twice.
/// </summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly Dictionary<(int Layer, string Target), (Weight A, Weight B)> _pairs;

    private LoraAdapter(LoraConfig config, TransformerConfig model, Dictionary<(int Layer, string Target), (Weight A, Weight B)> pairs)
    {
        Config = config;
        Model = model;
        _pairs = pairs;
    }

    /// <summary>Rank, scale and targets.</summary>
    public LoraConfig Config { get; }

    /// <summary>The model it fits.</summary>
    public TransformerConfig Model { get; }

    /// <summary>
    /// Passes that begin while this is set drop inputs; the masks are a function of it, of the layer and of the target, so that a
    /// recomputed layer drops the same values.
    /// </summary>
    public long? DropoutSeed { get; set; }

    /// <summary>All A and B, layer by layer, under PEFT's module paths such as <c>model.layers.0.self_attn.q_proj.lora_A.weight</c>.</summary>
    public IEnumerable<Weight> Weights => _pairs.Values.SelectMany(pair => new[] { pair.A, pair.B });

    /// <summary>A new adapter with PEFT's initialisation: A uniform in ±1/sqrt(in), B zero, so that it changes nothing yet.</summary>
    /// <param name="config">Rank, scale and targets.</param>
    /// <param name="model">The model it is for.</param>
    /// <param name="device">The device.</param>
    /// <param name="seed">Decides A.</param>
    /// <param name="dtype">The type of A and B; float32 where they are trained.</param>
    /// <returns>The adapter; the caller owns it.</returns>
    /// <exception cref="ConfigurationException">The config breaks a rule.</exception>
    public static LoraAdapter Create(LoraConfig config, TransformerConfig model, Device device, long seed, ScalarType dtype = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        return Build(config, model, (name, shape) =>
        {
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal))
            {
                return zeros(shape, dtype: dtype, device: device);
            }

            var bound = 1 / Math.Sqrt(shape[1]);
            return Initialisation.Uniform(shape, bound, name, seed, dtype, device);
        });
    }

    /// <summary>An adapter from stored tensors.</summary>
    /// <param name="config">Rank, scale and targets.</param>
    /// <param name="model">The model it is for.</param>
    /// <param name="load">Gives the tensor for a name such as <c>model.layers.0.self_attn.q_proj.lora_A.weight</c>; it is taken over.</param>
    /// <returns>The adapter; the caller owns it.</returns>
    /// <exception cref="IcaeException">A tensor is missing or of another shape than the model needs.</exception>
    public static LoraAdapter FromTensors(LoraConfig config, TransformerConfig model, Func<string, Tensor> load)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        return Build(config, model, (name, shape) =>
        {
            var tensor = load(name);
            if (tensor.shape.AsSpan().SequenceEqual(shape))
            {
                return tensor;
            }

            var found = string.Join(", ", tensor.shape);
            tensor.Dispose();
            throw new IcaeException($"The adapter's {name} has the shape [{found}]; this model needs [{string.Join(", ", shape)}].");
        });
    }

    /// <summary>The module path of a target, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="target">The target.</param>
    /// <returns>The path.</returns>
    public static string ModulePath(int layer, string target) =>
        $"model.layers.{layer}.{(target is "gate_proj" or "up_proj" or "down_proj" ? "mlp" : "self_attn")}.{target}";

    /// <summary>A and B of one target.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="target">The target.</param>
    /// <returns>A [r, in] and B [out, r], or <see langword="null"/> where the target carries none.</returns>
    public (Weight A, Weight B)? Find(int layer, string target) => _pairs.TryGetValue((layer, target), out var pair) ? pair : null;

    /// <summary>The update that merging adds to a target's weight: scale · B A.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="target">The target.</param>
    /// <returns>[out, in] float32 of the caller's dispose scope, or <see langword="null"/> where the target carries none.</returns>
    public Tensor? Delta(int layer, string target)
    {
        if (Find(layer, target) is not { } pair)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return pair.B.Value.to(ScalarType.Float32).matmul(pair.A.Value.to(ScalarType.Float32)).mul((float)Config.Scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in Weights)
        {
            weight.Dispose();
        }
    }

    private static LoraAdapter Build(LoraConfig config, TransformerConfig model, Func<string, long[], Tensor> make)
    {
        var pairs = new Dictionary<(int, string), (Weight, Weight)>();
        try
        {
            for (var layer = 0; layer < model.Layers; layer++)
            {
                foreach (var target in LoraConfig.AllTargets.Where(config.Targets.Contains))
                {
                    var (inputs, outputs) = LoraConfig.Shape(model, target);
                    var path = ModulePath(layer, target);
                    var a = new Weight($"{path}.lora_A.weight", make($"{path}.lora_A.weight", [config.Rank, inputs]));
                    Weight b;
                    try
                    {
                        b = new Weight($"{path}.lora_B.weight", make($"{path}.lora_B.weight", [outputs, config.Rank]));
                    }
                    catch
                    {
                        a.Dispose();
                        throw;
                    }

                    pairs.Add((layer, target), (a, b));
                }
            }
        }
        catch
        {
            foreach (var (a, b) in pairs.Values)
            {
                a.Dispose();
                b.Dispose();
            }

            throw;
        }

        return new LoraAdapter(config, model, pairs);
    }
}
