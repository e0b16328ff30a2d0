using System.Text;

namespace ICAE.Lab.Tokens;

/// <summary>
/// Turns ids into text one by one, as a model gives them: all the pieces together are what <see cref="ITextTokenizer.Decode"/> gives for
/// all the ids. A character whose bytes are not all there yet is held back.
/// </summary>
/// <example>
/// <code>
/// var decoder = new IncrementalDecoder(tokenizer, skipSpecialTokens: true);
/// foreach (var id in ids)
///     Console.Write(decoder.Append(id));
/// Console.Write(decoder.Finish());
/// </code>
/// </example>
public sealed class IncrementalDecoder
{
    private readonly ITextTokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly ITokenDecoding? _decoding;
    private readonly List<int> _ids = [];
    private string _given = "";
    private bool _finished;

    /// <summary>Begins a text.</summary>
    /// <param name="tokenizer">The tokenizer. Of this library's, each id costs the same; of another kind, all ids are decoded anew for each.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public IncrementalDecoder(ITextTokenizer tokenizer, bool skipSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
        _decoding = (tokenizer as TextTokenizer)?.StartDecoding(insideText: false);
    }

    /// <summary>Takes the next id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The text that is certain by now and was not given before; often empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The text is finished.</exception>
    public string Append(int id)
    {
        if (_finished)
            throw new InvalidOperationException("The text is finished; a new text needs a new decoder.");
        if (_decoding is not null)
        {
            var text = new StringBuilder();
            ((TextTokenizer)_tokenizer).AppendDecoded(_decoding, id, _skipSpecialTokens, text);
            return text.ToString();
        }

        _ids.Add(id);
        return Give(_tokenizer.Decode(_ids, _skipSpecialTokens).TrimEnd('\uFFFD'));
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What was held back; incomplete UTF-8 becomes U+FFFD.</returns>
    public string Finish()
    {
        if (_finished)
            return "";
        _finished = true;
        if (_decoding is null)
            return Give(_tokenizer.Decode(_ids, _skipSpecialTokens));
        var text = new StringBuilder();
        _decoding.Finish(text);
        return text.ToString();
    }

    private string Give(string whole)
    {
        var fresh = whole.Length > _given.Length ? whole[_given.Length..] : "";
        _given += fresh;
        return fresh;
    }
}
