using System.Globalization;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tokens;

/// <summary>A byte-pair model in SentencePiece's form.</summary>
internal sealed record SentencePieceModel
{
    private const int MostUnitsOfPiece = 128;

    /// <summary>The pieces in the order of their ids.</summary>
    public required IReadOnlyList<SentencePiece> Pieces { get; init; }

    /// <summary>Whether characters in no piece fall back to bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a text is given a space before it.</summary>
    public bool AddsPrefix { get; init; } = true;

    /// <summary>Whether spaces at both ends are dropped and runs of them made one.</summary>
    public bool RemovesExtraSpaces { get; init; } = true;

    /// <summary>The control piece that opens a text.</summary>
    public string BosPiece { get; init; } = "<s>";

    /// <summary>The control piece that ends a text.</summary>
    public string EosPiece { get; init; } = "</s>";

    /// <summary>Puts the tokenizer together.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="config">What stands beside it.</param>
    /// <param name="sources">The files to write when the tokenizer is saved.</param>
    public TextTokenizer ToTokenizer(string file, TokenizerConfig config, IReadOnlyList<TokenizerSource> sources)
    {
        var vocabulary = CheckPieces(file);
        var unknown = CreateUnknown(file);
        var added = CollectAdded(file, config);
        var extra = added.Where(token => token.Id >= Pieces.Count).Select(token => (token.Id, token.Content, "added_tokens_decoder"));
        var tokens = VocabularyTable.Arrange(file, Pieces.Select((piece, id) => (id, piece.Text, "pieces")).Concat(extra));
        var ranks = SentencePieceMerges.Rank(vocabulary.Values.Select(id => Pieces[id].Score));
        var merger = SentencePieceMerges.Build(vocabulary, id => ranks[Pieces[id].Score], tokens.Length, out var otherSymbols);
        var bos = config.BosId(Find, FindControl(BosPiece));
        var eos = config.EosId(Find, FindControl(EosPiece));
        return new TextTokenizer(new TokenizerParts
        {
            Tokens = tokens,
            Added = added,
            Normalizer = new SentencePieceNormalizer(AddsPrefix, RemovesExtraSpaces),
            Model = new CharacterBpeModel(vocabulary, merger, unknown, wholeFirst: false, otherSymbols),
            ModelRule = $"SentencePiece BPE, bytes {ByteFallback}",
            ModelEntries = Pieces.Select(piece => string.Create(CultureInfo.InvariantCulture, $"{ranks.GetValueOrDefault(piece.Score, -1)} {piece.Type}")),
            Decoder = new SentencePieceDecoder(Verbatim(added), Pieces[unknown.UnknownId!.Value].Text, AddsPrefix, RemovesExtraSpaces),
            Before = (config.AddsBos ?? true) && bos is { } opening ? [opening] : [],
            Behind = (config.AddsEos ?? false) && eos is { } ending ? [ending] : [],
            BosId = bos,
            EosId = eos,
            Sources = sources,
        });

        int? Find(string text) => Array.IndexOf(tokens, text) is var id and >= 0 ? id : null;
        int? FindControl(string text) => Find(text) is { } id && id < Pieces.Count && Pieces[id].Type == SentencePieceType.Control ? id : null;
    }

    private HashSet<string> Verbatim(List<AddedToken> added) =>
        [.. added.Where(token => token.Special || token.Id >= Pieces.Count).Select(token => token.Content)];

    // The pieces that text may become.
    private Dictionary<string, int> CheckPieces(string file)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < Pieces.Count; id++)
        {
            var piece = Pieces[id];
            if (piece.Text.Length == 0)
                throw Wrong("it is empty");
            if (!texts.Add(piece.Text))
                throw Wrong($"{FileChecks.Quote(piece.Text)} stands there before");
            if (!float.IsFinite(piece.Score))
                throw Wrong("its score is no number");
            if (piece.Type is SentencePieceType.None or SentencePieceType.Unused || !Enum.IsDefined(piece.Type))
                throw Refusal.Of(file, $"piece {id}", "type of piece", piece.Type.ToString());
            if (piece.Type == SentencePieceType.Byte && !ByteTokens.TryParse(piece.Text, out _))
                throw Wrong($"{FileChecks.Quote(piece.Text)} names no byte");
            if (piece.Type != SentencePieceType.Normal)
                continue;
            if (piece.Text.Length > MostUnitsOfPiece)
                throw Wrong($"it has {piece.Text.Length} characters; {MostUnitsOfPiece} are read at most");
            vocabulary.Add(piece.Text, id);

            MalformedFileException Wrong(string cause) => new(file, $"piece {id}", cause);
        }

        return vocabulary.Count > 0 ? vocabulary : throw new MalformedFileException(file, "pieces", "no piece stands for text");
    }

    private UnknownText CreateUnknown(string file)
    {
        var unknown = Enumerable.Range(0, Pieces.Count).Where(id => Pieces[id].Type == SentencePieceType.Unknown).ToList();
        if (unknown.Count != 1)
            throw new MalformedFileException(file, "pieces", $"{unknown.Count} pieces stand for unknown text; there should be one");
        if (!ByteFallback)
            return new UnknownText(null, unknown[0], Fuse: true);
        var byteIds = new int[256];
        Array.Fill(byteIds, -1);
        for (var id = 0; id < Pieces.Count; id++)
        {
            if (Pieces[id].Type == SentencePieceType.Byte && ByteTokens.TryParse(Pieces[id].Text, out var value))
                byteIds[value] = id;
        }

        return byteIds.Contains(-1)
            ? throw new MalformedFileException(file, "pieces", $"{ByteTokens.Of(Array.IndexOf(byteIds, -1))} is missing")
            : new UnknownText(byteIds, unknown[0], Fuse: true);
    }

    private List<AddedToken> CollectAdded(string file, TokenizerConfig config)
    {
        List<AddedToken> added = [];
        var ids = new HashSet<int>();
        for (var id = 0; id < Pieces.Count; id++)
        {
            var (text, _, type) = Pieces[id];
            if (type is SentencePieceType.Control or SentencePieceType.Unknown)
                added.Add(new AddedToken(id, text, Special: true, false, false, Normalized: false));
            else if (type == SentencePieceType.UserDefined)
                added.Add(new AddedToken(id, text, Special: false, false, false, Normalized: true, Normalizes: false));
        }

        foreach (var token in config.Added)
        {
            if (token.Id < Pieces.Count && Pieces[token.Id].Text != token.Content)
                throw new MalformedFileException(file, $"piece {token.Id}", $"it is {FileChecks.Quote(Pieces[token.Id].Text)}, but {TokenizerConfig.Name} calls it {FileChecks.Quote(token.Content)}");
            if (Pieces.Count > token.Id && Pieces[token.Id].Type != SentencePieceType.Normal)
                continue;
            if (!ids.Add(token.Id))
                throw new MalformedFileException(file, TokenizerConfig.Name, $"id {token.Id} stands there twice");
            if (token.Normalized)
                throw Refusal.Of(file, TokenizerConfig.Name, "normalized added token", token.Content);
            added.Add(token);
        }

        return added;
    }
}
