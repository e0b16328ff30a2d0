using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>The element types of safetensors.</summary>
internal static class SafetensorsTypes
{
    // In the order of the reference library's own list; its writer sorts by it, last first.
    private static readonly (string Name, int Bytes, ScalarType Loaded)[] Types =
    [
        ("BOOL", 1, ScalarType.Bool),
        ("U8", 1, ScalarType.Byte),
        ("I8", 1, ScalarType.Int8),
        ("F8_E5M2", 1, ScalarType.Float32),
        ("F8_E4M3", 1, ScalarType.Float32),
        ("I16", 2, ScalarType.Int16),
        ("U16", 2, ScalarType.Int32),
        ("F16", 2, ScalarType.Float16),
        ("BF16", 2, ScalarType.BFloat16),
        ("I32", 4, ScalarType.Int32),
        ("U32", 4, ScalarType.Int64),
        ("F32", 4, ScalarType.Float32),
        ("F64", 8, ScalarType.Float64),
        ("I64", 8, ScalarType.Int64),
        ("U64", 8, ScalarType.Int64),
    ];

    /// <summary>The names of all types.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Types.Select(type => type.Name)];

    /// <summary>Bytes of one element, or 0 where the type is not known.</summary>
    public static int Bytes(string name) => Array.Find(Types, type => type.Name == name).Bytes;

    /// <summary>The type that elements have once loaded: the nearest one that torch has and that holds every value.</summary>
    public static ScalarType Loaded(string name) => Array.Find(Types, type => type.Name == name).Loaded;

    /// <summary>Bytes of one element once loaded.</summary>
    public static int LoadedBytes(string name) => name switch
    {
        "U16" or "F8_E4M3" or "F8_E5M2" => sizeof(float),
        "U32" => sizeof(long),
        _ => Bytes(name),
    };

    /// <summary>Position in the reference library's order of types.</summary>
    public static int Rank(string name) => Array.FindIndex(Types, type => type.Name == name);

    /// <summary>The name of a torch type.</summary>
    /// <exception cref="ArgumentException">Safetensors has no such type.</exception>
    public static string NameOf(ScalarType type) => type switch
    {
        ScalarType.Bool => "BOOL",
        ScalarType.Byte => "U8",
        ScalarType.Int8 => "I8",
        ScalarType.Int16 => "I16",
        ScalarType.Int32 => "I32",
        ScalarType.Int64 => "I64",
        ScalarType.Float16 => "F16",
        ScalarType.BFloat16 => "BF16",
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        _ => throw new ArgumentException($"safetensors has no type for {type}", nameof(type)),
    };
}
