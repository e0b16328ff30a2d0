namespace ICAE.Lab.Formats.Hub;

/// <summary>What a hub calls a model: <c>owner/name</c>, or a bare name for some old ones.</summary>
public sealed record HubModelId
{
    private const int MaxLength = 96;

    private HubModelId(string text) => Text = text;

    /// <summary>The name with its owner.</summary>
    public string Text { get; }

    /// <summary>Reads a name.</summary>
    /// <param name="text">Such as <c>HuggingFaceTB/SmolLM2-135M-Instruct</c>.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ConfigurationException">No hub has such names.</exception>
    public static HubModelId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsName(text)
            ? new HubModelId(text)
            : throw new ConfigurationException($"{FileChecks.Quote(text)} is no model's name at a hub; one is such as owner/name, of letters, digits, '-', '_' and '.'.");
    }

    /// <summary>Whether a text has the form of a model's name: one or two parts that are plain on every file system.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True if it has.</returns>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        return parts.Length <= 2 && parts.All(IsPart);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsPart(string part) =>
        part.Length is > 0 and <= MaxLength
        && part[0] is not ('.' or '-')
        && part[^1] is not '.'
        && !part.Contains("..", StringComparison.Ordinal)
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
