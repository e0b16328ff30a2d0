using System.Text.Json.Serialization;

namespace ICAE.Lab.Browser.Tests;

/// <summary>A figure in a page.</summary>
/// <param name="Width">The width of its drawing in pixels.</param>
/// <param name="Height">The height of its drawing in pixels.</param>
/// <param name="Outside">By how many pixels it sticks out of its box.</param>
/// <param name="Role">What it is to a screen reader.</param>
/// <param name="Label">What a screen reader reads.</param>
internal sealed record Drawing(
    [property: JsonPropertyName("width")] double Width,
    [property: JsonPropertyName("height")] double Height,
    [property: JsonPropertyName("outside")] double Outside,
    [property: JsonPropertyName("role")] string Role,
    [property: JsonPropertyName("label")] string Label);
