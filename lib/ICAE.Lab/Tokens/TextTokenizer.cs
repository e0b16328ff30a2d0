using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>
/// The steps of a tokenizer in their order: added tokens found in the raw text, normalizer, added tokens found in the normalised text,
/// pre-tokenizer, model, template; and the way back.
/// </summary>
internal sealed class TextTokenizer : ITextTokenizer
{
    private readonly TokenizerParts _parts;
    private readonly HashSet<int> _specialIds;
    private readonly AddedTokenMatcher _rawAll;
    private readonly AddedTokenMatcher _rawPlain;
    private readonly AddedTokenMatcher _normalizedAll;
    private readonly AddedTokenMatcher _normalizedPlain;
    private readonly Lazy<string> _fingerprint;

    /// <summary>Puts the tokenizer together.</summary>
    public TextTokenizer(TokenizerParts parts)
    {
        _parts = parts;
        _specialIds = [.. parts.Added.Where(token => token.Special).Select(token => token.Id)];
        _fingerprint = new Lazy<string>(() => TokenizerFingerprint.Of(parts));
        _rawAll = Matcher(token => !token.Normalized);
        _rawPlain = Matcher(token => !token.Normalized && !token.Special);
        _normalizedAll = Matcher(token => token.Normalized);
        _normalizedPlain = Matcher(token => token.Normalized && !token.Special);
    }

    public int VocabularySize => _parts.Tokens.Count;

    public bool HasToken(int id) => (uint)id < (uint)_parts.Tokens.Count && _parts.Tokens[id] is not null;

    public int? BosId => _parts.BosId;

    public int? EosId => _parts.EosId;

    public IReadOnlySet<int> SpecialIds => _specialIds;

    public string Fingerprint => _fingerprint.Value;

    /// <summary>Where a text can be cut, if special tokens in it are not parsed.</summary>
    public TextCut Cut
    {
        get
        {
            var plain = _parts.Added.Where(token => !token.Special).ToList();
            return _parts switch
            {
                // No merge crosses a place before a mark, and a mark stands before every piece as it stands there in the whole.
                { Normalizer: SentencePieceNormalizer { AddsPrefix: true }, PreTokenizer: null, Model: CharacterBpeModel { CutsBeforeMarks: true } } when plain.Count == 0 => TextCut.AtSpace,

                // Each of the patterns ends a piece there, whatever follows.
                { Normalizer: null or CanonicalNormalizer, PreTokenizer.EndsPieceBehindLineFeed: true, Model: ByteLevelBpeModel }
                    when !plain.Exists(token => token.TakesSpaceBefore || token.Content.Contains('\n', StringComparison.Ordinal)) => TextCut.BehindLineFeed,
                _ => TextCut.Nowhere,
            };
        }
    }

    /// <summary>The files that make this tokenizer when loaded.</summary>
    public IReadOnlyList<TokenizerSource> Sources => _parts.Sources;

    public IReadOnlyList<int> Encode(string text, bool addSpecialTokens = false, bool parseSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [];
        if (addSpecialTokens)
            ids.AddRange(_parts.Before);
        var whole = WellFormed.Of(text);
        (parseSpecialTokens ? _rawAll : _rawPlain).Split(new TextSegment(whole, 0, whole.Length), (segment, token) =>
        {
            if (token is null)
                EncodeSection(segment, parseSpecialTokens, ids);
            else
                ids.Add(token.Id);
        });
        if (addSpecialTokens)
            ids.AddRange(_parts.Behind);
        return ids;
    }

    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var text = new StringBuilder();
        var decoding = StartDecoding(insideText: false);
        foreach (var id in ids)
        {
            AppendDecoded(decoding, id, skipSpecialTokens, text);
        }

        decoding.Finish(text);
        return text.ToString();
    }

    public string TokenText(int id)
    {
        var text = new StringBuilder();
        var decoding = StartDecoding(insideText: true);
        AppendDecoded(decoding, id, skipSpecialTokens: false, text);
        decoding.Finish(text);
        return text.ToString();
    }

    /// <summary>Begins to decode a text id by id.</summary>
    public ITokenDecoding StartDecoding(bool insideText) => _parts.Decoder.Start(insideText);

    /// <summary>Decodes the next id.</summary>
    public void AppendDecoded(ITokenDecoding decoding, int id, bool skipSpecialTokens, StringBuilder text)
    {
        if (!HasToken(id))
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has no such id; its ids go up to {VocabularySize - 1}.");
        if (!skipSpecialTokens || !_specialIds.Contains(id))
            decoding.Append(_parts.Tokens[id]!, text);
    }

    private string PatternOf(AddedToken token) =>
        token.Normalized && token.Normalizes && _parts.Normalizer is { } normalizer ? normalizer.Normalize(token.Content) : token.Content;

    private AddedTokenMatcher Matcher(Func<AddedToken, bool> chosen) => new(_parts.Added
        .Where(chosen)
        .Select(token => KeyValuePair.Create(PatternOf(token), token))
        .Where(pair => pair.Key.Length > 0)
        .DistinctBy(pair => pair.Key, StringComparer.Ordinal));

    private void EncodeSection(TextSegment section, bool parseSpecialTokens, List<int> ids)
    {
        var opensText = section.Start == 0;
        if (_parts.Normalizer is not null)
        {
            var normalized = _parts.Normalizer.Normalize(section.Span.ToString());
            section = new TextSegment(normalized, 0, normalized.Length);
        }

        List<TextSegment> pieces = [];
        (parseSpecialTokens ? _normalizedAll : _normalizedPlain).Split(section, (segment, token) =>
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                return;
            }

            pieces.Clear();
            if (_parts.PreTokenizer is null)
                pieces.Add(segment);
            else
                _parts.PreTokenizer.Split(segment, opensText && segment.Start == 0, pieces);
            foreach (var piece in pieces)
            {
                _parts.Model.AppendIds(piece.Span, ids);
            }
        });
    }
}
