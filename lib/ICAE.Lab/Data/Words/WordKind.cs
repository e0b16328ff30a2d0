namespace ICAE.Lab.Data.Words;

/// <summary>What kind of word it is: how much of a text hangs on it, and how well it can be guessed.</summary>
public enum WordKind
{
    /// <summary>A word of grammar: <em>the</em>, <em>of</em>, <em>was</em>, <em>he</em>.</summary>
    Function,

    /// <summary>A word of the subject: <em>lantern</em>, <em>ran</em>, <em>bitter</em>.</summary>
    Content,

    /// <summary>A name: a capital where no sentence begins.</summary>
    Name,

    /// <summary>Digits, or a number in words.</summary>
    Number,

    /// <summary>Anything without letters or digits.</summary>
    Punctuation,
}
