namespace ICAE.Lab.Tokens;

/// <summary>The ways in which byte-level tokenizers cut a text.</summary>
internal enum ByteLevelCutting
{
    /// <summary>GPT-2's pattern.</summary>
    Gpt2,

    /// <summary>Each digit on its own, then GPT-2's pattern.</summary>
    DigitsGpt2,

    /// <summary>Llama 3's pattern.</summary>
    Llama3,

    /// <summary>Qwen2's pattern.</summary>
    Qwen2,
}
