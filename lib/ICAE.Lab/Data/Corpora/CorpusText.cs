namespace ICAE.Lab.Data.Corpora;

/// <summary>A text of a fetched corpus, as the folder's manifest names it; <see cref="BookCorpus"/> reads the same manifest.</summary>
public sealed record CorpusText
{
    /// <summary>The file's name in the folder.</summary>
    public required string File { get; init; }

    /// <summary>The title.</summary>
    public required string Title { get; init; }

    /// <summary>The author.</summary>
    public required string Author { get; init; }

    /// <summary>Where it is from, such as "github.com/standardebooks/bram-stoker_dracula".</summary>
    public required string Source { get; init; }

    /// <summary>Which version of the source: a commit, or the SHA-256 of the source's file. Empty where that is not known before it is fetched.</summary>
    public required string Commit { get; init; }

    /// <summary>The licence.</summary>
    public required string Licence { get; init; }

    /// <summary>What it may be used for.</summary>
    public required DataSplit Split { get; init; }

    /// <summary>The recipe that fetched it.</summary>
    public required string Recipe { get; init; }

    /// <summary>The version of the rules by which text is taken from the source; other rules make another text of the same source.</summary>
    public required int Rules { get; init; }

    /// <summary>The file's SHA-256 in small hexadecimal digits; empty where it is not known before the text is fetched.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Its length in characters (Unicode code points).</summary>
    public long Characters { get; init; }

    /// <summary>Its lines: paragraphs of a text, passages or examples of a file of JSON lines.</summary>
    public long Paragraphs { get; init; }

    /// <summary>Whether two entries are of the same version of the same source, by the same rules, so that they must have the same content.</summary>
    internal bool IsSameAs(CorpusText other) =>
        File == other.File && Source == other.Source && Recipe == other.Recipe && Rules == other.Rules
        && (Commit == other.Commit || Commit.Length == 0 || other.Commit.Length == 0);
}
