using System.Globalization;

namespace ICAE.Lab.Formats;

/// <summary>Tensor names: GGUF's and Hugging Face's.</summary>
internal static class GgufNames
{
    private static readonly Dictionary<string, string> OutsideLayers = new(StringComparer.Ordinal)
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    private static readonly Dictionary<string, string> InLayers = new(StringComparer.Ordinal)
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    };

    /// <summary>Hugging Face's name for a tensor, or <see langword="null"/> where it has none in the supported models.</summary>
    /// <param name="name">GGUF's name.</param>
    /// <param name="layers">How many layers the model has.</param>
    public static string? ToHuggingFace(string name, long layers)
    {
        var parts = name.Split('.');
        var suffix = parts[^1];
        if (suffix is not ("weight" or "bias"))
            return null;

        if (parts.Length == 2)
            return OutsideLayers.TryGetValue(parts[0], out var outside) ? $"{outside}.{suffix}" : null;

        var isInLayer = parts.Length == 4 && parts[0] == "blk" && InLayers.ContainsKey(parts[2]);
        if (!isInLayer || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var layer))
            return null;

        // "007" would be a second name for layer 7.
        var isPlainNumber = layer.ToString(CultureInfo.InvariantCulture) == parts[1];
        return isPlainNumber && layer < layers ? $"model.layers.{layer}.{InLayers[parts[2]]}.{suffix}" : null;
    }
}
