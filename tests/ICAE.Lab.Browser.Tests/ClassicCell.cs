using System.Text.Json.Serialization;

namespace ICAE.Lab.Browser.Tests;

/// <summary>A code cell.</summary>
/// <param name="Source">Its code.</param>
/// <param name="Count">The number of its execution; <see langword="null"/> where it was not executed.</param>
/// <param name="Error">Its errors, or "".</param>
/// <param name="Text">What its outputs say.</param>
internal sealed record ClassicCell(
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("count")] int? Count,
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("text")] string Text);
