namespace ICAE.Lab.Models;

/// <summary>What a base learned before it met an autoencoder. Every result names the kind it was measured on.</summary>
public enum BaseKind
{
    /// <summary>Nobody has said.</summary>
    Unknown,

    /// <summary>Running text alone.</summary>
    Plain,

    /// <summary>Running text, and rows that repeat themselves, so that it copies from its context.</summary>
    Copying,

    /// <summary>As plain or copying, and also to read memory: its weights were trained together with those of an encoder.</summary>
    Restoring,

    /// <summary>A public model, trained elsewhere on a large corpus.</summary>
    Pretrained,
}
