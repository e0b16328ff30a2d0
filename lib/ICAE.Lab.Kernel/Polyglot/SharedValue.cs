namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A value on its way from one language to another, in a form that belongs to neither.</summary>
internal abstract record SharedValue
{
    /// <summary>How deep values may be nested.</summary>
    public const int MaxDepth = 60;

    /// <summary>How long the JSON of a value may be, in bytes.</summary>
    public const int MaxBytes = 64_000_000;

    /// <summary>What is thrown for a longer one.</summary>
    public static NotShareableException TooLarge() => new("it is larger than 64 MB as JSON");
}
