namespace ICAE.Lab.Formats;

/// <summary>The types of metadata values in GGUF; the numbers are the format's own.</summary>
public enum GgufValueType
{
    /// <summary>8-bit unsigned.</summary>
    UInt8 = 0,

    /// <summary>8-bit signed.</summary>
    Int8 = 1,

    /// <summary>16-bit unsigned.</summary>
    UInt16 = 2,

    /// <summary>16-bit signed.</summary>
    Int16 = 3,

    /// <summary>32-bit unsigned.</summary>
    UInt32 = 4,

    /// <summary>32-bit signed.</summary>
    Int32 = 5,

    /// <summary>32-bit float.</summary>
    Float32 = 6,

    /// <summary>True or false, in one byte.</summary>
    Bool = 7,

    /// <summary>UTF-8 text.</summary>
    Text = 8,

    /// <summary>Values of one type in a row.</summary>
    Array = 9,

    /// <summary>64-bit unsigned.</summary>
    UInt64 = 10,

    /// <summary>64-bit signed.</summary>
    Int64 = 11,

    /// <summary>64-bit float.</summary>
    Float64 = 12,
}
