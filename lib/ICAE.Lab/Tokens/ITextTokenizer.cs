namespace ICAE.Lab.Tokens;

/// <summary>Text to token ids and back, exactly as the model's own tokenizer does it.</summary>
public interface ITextTokenizer
{
    /// <summary>One more than the largest id, special tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>Whether an id stands for a token: some vocabularies leave ids below their largest unused.</summary>
    /// <param name="id">The id.</param>
    /// <returns>Whether it can be decoded.</returns>
    bool HasToken(int id) => id >= 0 && id < VocabularySize;

    /// <summary>The id that opens a text, if the tokenizer has one.</summary>
    int? BosId { get; }

    /// <summary>The id that ends a text, if the tokenizer has one.</summary>
    int? EosId { get; }

    /// <summary>The ids that stand for control and not for text.</summary>
    IReadOnlySet<int> SpecialIds { get; }

    /// <summary>SHA-256 over vocabulary, merges and rules, in lower-case hexadecimal: equal exactly where all ids would be equal.</summary>
    string Fingerprint { get; }

    /// <summary>Turns a text into ids.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether to add what the tokenizer's own template adds (such as BOS).</param>
    /// <param name="parseSpecialTokens">Whether special tokens written out inside the text become their ids. Leave it off for text that a stranger wrote.</param>
    /// <returns>The ids.</returns>
    IReadOnlyList<int> Encode(string text, bool addSpecialTokens = false, bool parseSpecialTokens = false);

    /// <summary>Turns ids into text; incomplete UTF-8 becomes U+FFFD.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <returns>The text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false);

    /// <summary>The text of one id for display: what it decodes to alone, with incomplete UTF-8 as U+FFFD.</summary>
    /// <param name="id">The id.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    string TokenText(int id);
}
