namespace ICAE.Lab.Tokens;

/// <summary>What each token of a text shows.</summary>
public static class TokenTexts
{
    private const string Unknown = "\uFFFD";

    /// <summary>
    /// What each token adds to running text, so that joined they are the text; a character that several tokens make up is shown with the last
    /// of them.
    /// </summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="ids">The ids; one that is not in its vocabulary shows U+FFFD.</param>
    /// <returns>A text for each id.</returns>
    public static string[] OfRunningText(ITextTokenizer tokenizer, IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(ids);
        var decoder = new IncrementalDecoder(tokenizer);
        var texts = ids.Select(id => tokenizer.HasToken(id) ? decoder.Append(id) : Unknown).ToArray();
        if (texts.Length > 0)
            texts[^1] += decoder.Finish();

        return texts;
    }

    /// <summary>What each token shows by itself: for shifted and random ids, which are no running text.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="ids">The ids; one that is not in its vocabulary shows U+FFFD.</param>
    /// <returns>A text for each id.</returns>
    public static string[] OfSingleTokens(ITextTokenizer tokenizer, IReadOnlyList<int> ids)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(ids);
        return [.. ids.Select(id => tokenizer.HasToken(id) ? tokenizer.TokenText(id) : Unknown)];
    }
}
