using ICAE.Lab.Models.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Models;

/// <summary>
/// One layer: RMS norm, attention, RMS norm, gated feed-forward, each pair added to the residual stream. Queries, keys and values are
/// one weight, as are gate and up: fewer and larger matrix products. Files keep them apart.
/// </summary>
internal sealed class TransformerLayer : IDisposable
{
    private static readonly string[] AttentionInputs = ["q_proj", "k_proj", "v_proj"];
    private static readonly string[] FeedForwardInputs = ["gate_proj", "up_proj"];

    private readonly TransformerConfig _config;
    private readonly int _index;

    public TransformerLayer(TransformerConfig config, int index, Func<string, long[], Tensor> make)
    {
        _config = config;
        _index = index;
        var prefix = $"model.layers.{index}.";
        var projected = (config.Heads + (2 * config.KeyValueHeads)) * config.HeadSize;
        Weight Make(string name, params long[] shape) => new(prefix + name, make(prefix + name, shape));

        QueryKeyValue = Make("self_attn.qkv_proj.weight", projected, config.HiddenSize);
        QueryKeyValueBias = config.QueryKeyValueBias ? Make("self_attn.qkv_proj.bias", projected) : null;
        Output = Make("self_attn.o_proj.weight", config.HiddenSize, config.Heads * config.HeadSize);
        QueryNorm = config.QueryKeyNorm ? Make("self_attn.q_norm.weight", config.HeadSize) : null;
        KeyNorm = config.QueryKeyNorm ? Make("self_attn.k_norm.weight", config.HeadSize) : null;
        GateUp = Make("mlp.gate_up_proj.weight", 2 * config.IntermediateSize, config.HiddenSize);
        Down = Make("mlp.down_proj.weight", config.HiddenSize, config.IntermediateSize);
        InputNorm = Make("input_layernorm.weight", config.HiddenSize);
        PostAttentionNorm = Make("post_attention_layernorm.weight", config.HiddenSize);
    }

    public Weight QueryKeyValue { get; }

    public Weight? QueryKeyValueBias { get; }

    public Weight Output { get; }

    public Weight? QueryNorm { get; }

    public Weight? KeyNorm { get; }

    public Weight GateUp { get; }

    public Weight Down { get; }

    public Weight InputNorm { get; }

    public Weight PostAttentionNorm { get; }

    public IEnumerable<Weight> Weights =>
        new[] { QueryKeyValue, QueryKeyValueBias, Output, QueryNorm, KeyNorm, GateUp, Down, InputNorm, PostAttentionNorm }.OfType<Weight>();

    /// <summary>The rows of a fused weight that a file stores under a name of its own.</summary>
    /// <returns>The weight, the first row and the number of rows; <see langword="null"/> for a name that is not this layer's.</returns>
    public (Weight Weight, long Start, long Length)? Locate(string part)
    {
        var (q, kv, inner) = (_config.Heads * _config.HeadSize, _config.KeyValueHeads * _config.HeadSize, _config.IntermediateSize);
        return part switch
        {
            "self_attn.q_proj.weight" => (QueryKeyValue, 0, q),
            "self_attn.k_proj.weight" => (QueryKeyValue, q, kv),
            "self_attn.v_proj.weight" => (QueryKeyValue, q + kv, kv),
            "self_attn.q_proj.bias" when QueryKeyValueBias is not null => (QueryKeyValueBias, 0, q),
            "self_attn.k_proj.bias" when QueryKeyValueBias is not null => (QueryKeyValueBias, q, kv),
            "self_attn.v_proj.bias" when QueryKeyValueBias is not null => (QueryKeyValueBias, q + kv, kv),
            "mlp.gate_proj.weight" => (GateUp, 0, inner),
            "mlp.up_proj.weight" => (GateUp, inner, inner),
            _ => Weights.FirstOrDefault(w => w.Name == $"model.layers.{_index}.{part}") is { } whole ? (whole, 0, whole.Value.shape[0]) : null,
        };
    }

    /// <summary>Computes the layer.</summary>
    /// <param name="hidden">[B, T, D].</param>
    /// <param name="pass">What all layers of this pass share.</param>
    /// <param name="prefix">Memory slots of this layer, or <see langword="null"/>.</param>
    /// <returns>[B, T, D], and this layer's unrotated keys and values of the captured positions, of the caller's dispose scope.</returns>
    public (Tensor Hidden, KeyValueSlots? Captured) Forward(Tensor hidden, LayerPass pass, KeyValueSlots? prefix)
    {
        using var scope = NewDisposeScope();
        var (attended, captured) = Attend(Functional.RmsNorm(hidden, InputNorm, _config.NormEpsilon), pass, prefix);
        var middle = hidden.add(attended);
        var result = middle.add(FeedForward(Functional.RmsNorm(middle, PostAttentionNorm, _config.NormEpsilon), pass));
        return (
            result.MoveToOuterDisposeScope(),
            captured is null ? null : new KeyValueSlots(captured.Keys.MoveToOuterDisposeScope(), captured.Values.MoveToOuterDisposeScope()));
    }

    /// <summary>Computes the keys and values of the captured positions, and nothing behind them.</summary>
    /// <param name="hidden">[B, T, D].</param>
    /// <param name="pass">What all layers of this pass share.</param>
    /// <returns>Unrotated, of the caller's dispose scope.</returns>
    public KeyValueSlots Capture(Tensor hidden, LayerPass pass)
    {
        using var scope = NewDisposeScope();
        var last = hidden.narrow(1, hidden.shape[1] - pass.Capture, pass.Capture).contiguous();
        var projected = Project(Functional.RmsNorm(last, InputNorm, _config.NormEpsilon), QueryKeyValue, QueryKeyValueBias, pass, AttentionInputs)
            .view(last.shape[0], pass.Capture, _config.Heads + (2 * _config.KeyValueHeads), _config.HeadSize);
        var keys = projected.narrow(2, _config.Heads, _config.KeyValueHeads);
        var values = projected.narrow(2, _config.Heads + _config.KeyValueHeads, _config.KeyValueHeads);
        if (KeyNorm is not null)
        {
            keys = Functional.RmsNorm(keys, KeyNorm, _config.NormEpsilon);
        }

        return new KeyValueSlots(keys.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        foreach (var weight in Weights)
        {
            weight.Dispose();
        }
    }

    private (Tensor Attended, KeyValueSlots? Captured) Attend(Tensor x, LayerPass pass, KeyValueSlots? prefix)
    {
        var (batch, length) = (x.shape[0], x.shape[1]);
        var (heads, keyHeads, size) = (_config.Heads, _config.KeyValueHeads, _config.HeadSize);
        var projected = Project(x, QueryKeyValue, QueryKeyValueBias, pass, AttentionInputs)
            .view(batch, length, heads + (2 * keyHeads), size);
        if (pass.Fused)
        {
            var fused = prefix is null
                ? AttentionKernel.Run(projected, pass.Cosine, pass.Sine, heads, keyHeads)
                : AttentionKernel.Run(projected, pass.Cosine, pass.Sine, heads, keyHeads, prefix, pass.PrefixCosine!, pass.PrefixSine!);
            return (Project(fused, Output, null, pass, "o_proj"), Captured(projected.narrow(2, heads, keyHeads), projected.narrow(2, heads + keyHeads, keyHeads), pass));
        }

        var queries = projected.narrow(2, 0, heads);
        var keys = projected.narrow(2, heads, keyHeads);
        var values = projected.narrow(2, heads + keyHeads, keyHeads);
        if (QueryNorm is not null && KeyNorm is not null)
        {
            queries = Functional.RmsNorm(queries, QueryNorm, _config.NormEpsilon);
            keys = Functional.RmsNorm(keys, KeyNorm, _config.NormEpsilon);
        }

        var captured = Captured(keys, values, pass);
        queries = RotaryEmbedding.Rotate(queries, pass.Cosine, pass.Sine);
        keys = RotaryEmbedding.Rotate(keys, pass.Cosine, pass.Sine);
        if (prefix is not null)
        {
            keys = cat([RotaryEmbedding.Rotate(prefix.Keys, pass.PrefixCosine!, pass.PrefixSine!), keys], 1);
            values = cat([prefix.Values, values], 1);
        }

        var (allKeys, allValues) = (keys.transpose(1, 2), values.transpose(1, 2));
        if (pass.Cache is not null)
        {
            (allKeys, allValues) = pass.Cache.Append(_index, allKeys, allValues);
        }

        var attended = Attention.Attend(queries, allKeys, allValues, pass.Bias);
        return (Project(attended, Output, null, pass, "o_proj"), captured);
    }

    /// <summary>The unrotated keys and values of the last tokens, where they are to be captured.</summary>
    private static KeyValueSlots? Captured(Tensor keys, Tensor values, LayerPass pass) =>
        pass.Capture == 0
            ? null
            : new KeyValueSlots(keys.narrow(1, keys.shape[1] - pass.Capture, pass.Capture), values.narrow(1, values.shape[1] - pass.Capture, pass.Capture));

    private Tensor FeedForward(Tensor x, LayerPass pass)
    {
        var gateUp = Project(x, GateUp, null, pass, FeedForwardInputs);
        return Project(Functional.SwiGlu(gateUp), Down, null, pass, "down_proj");
    }

    /// <summary>x Wᵀ + b, plus the adapter's scale · (x Aᵀ) Bᵀ for the targets that make up W's rows, in their order.</summary>
    private Tensor Project(Tensor x, Weight weight, Weight? bias, LayerPass pass, params string[] targets)
    {
        var plain = F.linear(x, weight.As(x.dtype), bias?.As(x.dtype));
        if (pass.Adapter is not { } adapter || !targets.Any(adapter.Config.Targets.Contains))
        {
            return plain;
        }

        var rows = x.reshape(-1, x.shape[^1]);
        var (low, up) = LowRank(rows, adapter, pass.DropoutSeed, targets);
        return addmm(plain.view(-1, plain.shape[^1]), low, up.t(), 1, (float)adapter.Config.Scale).view(plain.shape);
    }

    /// <summary>x Aᵀ of all targets side by side [N, n r], and their B as one block-diagonal matrix [out, n r].</summary>
    private (Tensor Low, Tensor Up) LowRank(Tensor rows, LoraAdapter adapter, long? dropoutSeed, string[] targets)
    {
        var present = targets.Where(adapter.Config.Targets.Contains).ToArray();
        var downs = present.Select(target => adapter.Find(_index, target)!.Value.A.As(rows.dtype)).ToArray();
        var low = dropoutSeed is { } seed && adapter.Config.Dropout is > 0 and var dropout
            ? cat([.. present.Zip(downs, (target, a) => F.linear(Functional.Dropout(rows, dropout, seed, _index, target), a))], -1)
            : F.linear(rows, downs.Length == 1 ? downs[0] : cat(downs, 0));
        if (targets.Length == 1)
        {
            return (low, adapter.Find(_index, targets[0])!.Value.B.As(rows.dtype));
        }

        var ups = targets.Select(target => adapter.Find(_index, target)?.B.As(rows.dtype)
            ?? empty([LoraConfig.Shape(_config, target).Out, 0], dtype: rows.dtype, device: rows.device));
        return (low, block_diag([.. ups]));
    }
}
