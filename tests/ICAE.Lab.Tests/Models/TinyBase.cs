using System.Globalization;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

/// <summary>Small bases with random weights and a tokenizer trained on one sentence.</summary>
internal static class TinyBase
{
    public const int Vocabulary = 280;

    public const string Text = "It was a bright cold day in April, and the clocks were striking thirteen. ";

    private static readonly Lazy<TrainedBpe> Trained = new(() =>
        new ByteLevelBpeTrainer(new ByteLevelBpeTrainerOptions { VocabularySize = Vocabulary, MinimumPairFrequency = 1 }).Train([Text]));

    public static ITextTokenizer Tokenizer { get; } = Trained.Value.ToTokenizer();

    public static TransformerConfig Config { get; } = TinyIcae.Model with { VocabularySize = Vocabulary, EosIds = [0], BosId = null };

    /// <summary>A base whose weights are bfloat16 numbers, held in any type.</summary>
    public static BaseModel Create(long seed = 1, string name = "tiny", TransformerConfig? config = null, ScalarType weightType = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var transformer = Transformer.Create(config ?? Config, CPU, seed, ScalarType.Float32, weightType);
        foreach (var weight in transformer.Weights)
        {
            weight.Value.mul_(weight.Value.dim() == 2 ? 6f : 1f);
            weight.Value.copy_(weight.Value.to(ScalarType.BFloat16));
        }

        return new BaseModel(transformer, Tokenizer, name, BaseKind.Copying, new Dictionary<string, string> { ["trained_on"] = "one sentence" });
    }

    /// <summary>A base of the Qwen2 family as a GGUF file in float32.</summary>
    public static byte[] Gguf(BaseModel model)
    {
        var config = model.Transformer.Config;
        var raw = new RawGguf();
        raw.Entry("general.architecture", "qwen2");
        raw.Entry("qwen2.block_count", (uint)config.Layers);
        raw.Entry("qwen2.context_length", (uint)config.MaxPositions);
        raw.Entry("qwen2.embedding_length", (uint)config.HiddenSize);
        raw.Entry("qwen2.feed_forward_length", (uint)config.IntermediateSize);
        raw.Entry("qwen2.attention.head_count", (uint)config.Heads);
        raw.Entry("qwen2.attention.head_count_kv", (uint)config.KeyValueHeads);
        raw.Entry("qwen2.attention.layer_norm_rms_epsilon", (float)config.NormEpsilon);
        raw.Entry("tokenizer.ggml.model", "gpt2");
        raw.Entry("tokenizer.ggml.pre", "gpt-2");
        raw.Entry("tokenizer.ggml.eos_token_id", 0u);
        var tokens = Trained.Value.Tokens;
        raw.Array("tokenizer.ggml.tokens", 8, (ulong)tokens.Count, [.. tokens.SelectMany(RawGguf.TextBytes)]);
        raw.Array("tokenizer.ggml.token_type", 5, (ulong)tokens.Count, [.. tokens.SelectMany((_, id) => BitConverter.GetBytes(id == 0 ? 3 : 1))]);
        var merges = Trained.Value.Merges;
        raw.Array("tokenizer.ggml.merges", 8, (ulong)merges.Count, [.. merges.SelectMany(merge => RawGguf.TextBytes($"{merge.Left} {merge.Right}"))]);
        using var scope = NewDisposeScope();
        foreach (var (name, values) in model.Transformer.Tensors())
        {
            raw.Tensor(GgufName(name), values.shape, [.. values.to(ScalarType.Float32).contiguous().data<float>()]);
        }

        return raw.ToBytes();
    }

    private static string GgufName(string name) => name switch
    {
        "model.embed_tokens.weight" => "token_embd.weight",
        "model.norm.weight" => "output_norm.weight",
        "lm_head.weight" => "output.weight",
        _ => string.Create(CultureInfo.InvariantCulture, $"blk.{name.Split('.')[2]}.") + (name.Split('.')[^2] switch
        {
            "q_proj" => "attn_q",
            "k_proj" => "attn_k",
            "v_proj" => "attn_v",
            "o_proj" => "attn_output",
            "gate_proj" => "ffn_gate",
            "up_proj" => "ffn_up",
            "down_proj" => "ffn_down",
            "input_layernorm" => "attn_norm",
            var last => last == "post_attention_layernorm" ? "ffn_norm" : throw new InvalidOperationException(name),
        }) + "." + name.Split('.')[^1],
    };
}
