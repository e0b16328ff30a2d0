namespace ICAE.Lab.Tokens;

/// <summary>The pre-tokenizing patterns that are known, each done by a scanner.</summary>
internal enum SplitPattern
{
    /// <summary>GPT-2's: contractions, words and numbers with one space before them, other characters, white space.</summary>
    Gpt2,

    /// <summary>Llama 3's: contractions in either case, words with one character before them, numbers in threes, lines' ends apart.</summary>
    Llama3,

    /// <summary>Qwen2's: Llama 3's with each number on its own.</summary>
    Qwen2,
}
