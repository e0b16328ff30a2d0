namespace ICAE.Lab.Formats;

/// <summary>How much a JSON file may ask of the machine.</summary>
/// <param name="MaxBytes">Length of the file.</param>
/// <param name="MaxDepth">Objects and arrays within one another.</param>
/// <param name="MaxValues">Keys and values together.</param>
public sealed record JsonLimits(int MaxBytes, int MaxDepth, int MaxValues)
{
    /// <summary>For configurations: 10 MB, 64 levels, 100,000 keys and values.</summary>
    public static JsonLimits Configuration { get; } = new(10_000_000, 64, 100_000);
}
