namespace ICAE.Lab.Models;

/// <summary>The families of decoder-only transformers that this library computes exactly.</summary>
public enum ModelFamily
{
    /// <summary>Llama 1 to 3 and models of the same form, such as SmolLM2.</summary>
    Llama,

    /// <summary>Mistral 7B: Llama with an optional sliding window.</summary>
    Mistral,

    /// <summary>Qwen2 and Qwen2.5: Llama with biases on queries, keys and values.</summary>
    Qwen2,

    /// <summary>Qwen3: Llama with an RMS norm on each head's queries and keys.</summary>
    Qwen3,
}
