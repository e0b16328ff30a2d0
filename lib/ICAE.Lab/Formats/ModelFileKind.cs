namespace ICAE.Lab.Formats;

/// <summary>The kinds of files that a model consists of.</summary>
public enum ModelFileKind
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>One safetensors file.</summary>
    Safetensors,

    /// <summary>The index of a model in several safetensors files.</summary>
    SafetensorsIndex,

    /// <summary>A GGUF file.</summary>
    Gguf,

    /// <summary>A configuration, tokenizer or other JSON file.</summary>
    Json,

    /// <summary>A SentencePiece model.</summary>
    SentencePiece,

    /// <summary>The folder of a model.</summary>
    ModelFolder,

    /// <summary>The folder of a PEFT adapter.</summary>
    AdapterFolder,
}
