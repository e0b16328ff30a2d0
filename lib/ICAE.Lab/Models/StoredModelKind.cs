namespace ICAE.Lab.Models;

/// <summary>What a model of a store is.</summary>
public enum StoredModelKind
{
    /// <summary>A base in Hugging Face's form.</summary>
    Base,

    /// <summary>A base in a GGUF file.</summary>
    Gguf,

    /// <summary>An autoencoder: adapter and memory table, for a base of its own.</summary>
    Autoencoder,

    /// <summary>A LoRA adapter in PEFT's form, for a base of its own.</summary>
    Adapter,
}
