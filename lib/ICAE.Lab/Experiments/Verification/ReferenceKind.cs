namespace ICAE.Lab.Experiments.Verification;

/// <summary>What a folder or file of reference values is about.</summary>
public enum ReferenceKind
{
    /// <summary>A base model: config.json, weights and reference.safetensors.</summary>
    BaseModel,

    /// <summary>A PEFT adapter with reference.safetensors.</summary>
    Adapter,

    /// <summary>An in-context autoencoder: icae.safetensors, reference.json and reference.safetensors.</summary>
    Autoencoder,

    /// <summary>A tokenizer with the ids and texts of reference.json.</summary>
    Tokenizer,

    /// <summary>Restoration metrics: metrics.json.</summary>
    Metrics,

    /// <summary>A model's configuration with the names and shapes of its tensors, or a folder of such files.</summary>
    Presets,

    /// <summary>GGUF files, each with the values that it stands for in a safetensors file of the same name.</summary>
    Gguf,

    /// <summary>Texts and chats of a model whose weights lie elsewhere, such as in a GGUF file.</summary>
    Texts,
}
