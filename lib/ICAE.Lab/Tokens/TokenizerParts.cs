namespace ICAE.Lab.Tokens;

/// <summary>What a <see cref="TextTokenizer"/> is put together from.</summary>
internal sealed record TokenizerParts
{
    /// <summary>Each token's text by id, <see langword="null"/> where an id is not used.</summary>
    public required IReadOnlyList<string?> Tokens { get; init; }

    /// <summary>Tokens found in the text before anything else.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    /// <summary>What rewrites the text first.</summary>
    public ITextNormalizer? Normalizer { get; init; }

    /// <summary>What cuts the text into pieces.</summary>
    public IPreTokenizer? PreTokenizer { get; init; }

    /// <summary>What encodes the pieces.</summary>
    public required IPieceModel Model { get; init; }

    /// <summary>The model's kind and settings in one line, for the fingerprint.</summary>
    public required string ModelRule { get; init; }

    /// <summary>The model's merges or scores in order, for the fingerprint.</summary>
    public required IEnumerable<string> ModelEntries { get; init; }

    /// <summary>What turns tokens back into text.</summary>
    public required ITokenDecoder Decoder { get; init; }

    /// <summary>Ids that the template puts before a text.</summary>
    public IReadOnlyList<int> Before { get; init; } = [];

    /// <summary>Ids that the template puts behind a text.</summary>
    public IReadOnlyList<int> Behind { get; init; } = [];

    /// <summary>The id that opens a text.</summary>
    public int? BosId { get; init; }

    /// <summary>The id that ends a text.</summary>
    public int? EosId { get; init; }

    /// <summary>The files to write when the tokenizer is saved.</summary>
    public required IReadOnlyList<TokenizerSource> Sources { get; init; }
}
