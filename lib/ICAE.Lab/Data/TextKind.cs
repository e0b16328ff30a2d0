namespace ICAE.Lab.Data;

/// <summary>Ordinary text and the controls made of it, which keep its number of tokens and give up ever more of its order.</summary>
public enum TextKind
{
    /// <summary>The text itself.</summary>
    Ordinary,

    /// <summary>Each id replaced by the next ordinary id, the last by the first: the paper's patterned text.</summary>
    Patterned,

    /// <summary>Ids drawn uniformly from the ordinary ids: the paper's random text.</summary>
    Random,

    /// <summary>The text's tokens in random order.</summary>
    ShuffledTokens,

    /// <summary>The text's words in random order, each with its tokens together.</summary>
    ShuffledWords,

    /// <summary>The text's sentences in random order.</summary>
    ShuffledSentences,

    /// <summary>The text's tokens from last to first.</summary>
    Reversed,

    /// <summary>Tokens drawn one by one by their frequency in a corpus: the first-order approximation.</summary>
    Unigram,

    /// <summary>Each token drawn by its frequency behind the one before it: the second-order approximation.</summary>
    Bigram,

    /// <summary>Each token drawn by its frequency behind the two before it: the third-order approximation.</summary>
    Trigram,
}
