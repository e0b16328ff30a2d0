namespace ICAE.Lab.Notebooks.Html;

/// <summary>What a piece of HTML may do in a page.</summary>
internal sealed record HtmlPolicy
{
    /// <summary>Whether it may have scripts, styles and handlers of events.</summary>
    public required bool AllowScripts { get; init; }

    /// <summary>Gives what a relative address stands for as a <c>data:</c> address; <see langword="null"/> where there is nothing.</summary>
    public Func<string, string?> Embed { get; init; } = _ => null;

    /// <summary>Gives the address that a link is to have.</summary>
    public Func<string, string> Link { get; init; } = address => address;

    /// <summary>Says whether a script of some size is new to the page; the same one, as a plotting library, is kept once.</summary>
    public Func<string, bool> IsNewScript { get; init; } = _ => true;
}
