namespace ICAE.Lab.Data;

/// <summary>A text to be remembered: a line of a JSON-lines file. It has either a text or ids.</summary>
public sealed record Passage
{
    /// <summary>What tells it apart: "id", or the line's number.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of text it is ("kind"; "ordinary" if the line says nothing); see <see cref="TextKind"/>.</summary>
    public string Kind { get; init; } = "ordinary";

    /// <summary>The text ("text"), or null where there are ids.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// The token ids ("ids"), or null where there is a text. Patterned and random texts are kept as ids, since their decoded text would be
    /// tokenised differently.
    /// </summary>
    public IReadOnlyList<int>? Ids { get; init; }

    /// <summary>The work it is from ("book"): what a bootstrap resamples first.</summary>
    public string? Book { get; init; }

    /// <summary>Which chapter of the work, counted from 1 ("chapter"): what a bootstrap resamples second.</summary>
    public int? Chapter { get; init; }

    /// <summary>Who wrote it ("author").</summary>
    public string? Author { get; init; }

    /// <summary>Where it was taken from ("source").</summary>
    public string? Source { get; init; }

    /// <summary>Under what licence ("licence").</summary>
    public string? Licence { get; init; }
}
