namespace ICAE.Lab;

/// <summary>
/// What a notebook's kernel offers to the library, and all that the library knows of one: two delegates of plain types in
/// <see cref="AppContext"/>, so that neither references the other. Where they are missing, as in a program or another kernel, displays are
/// not updated and nothing but the caller's own token cancels.
/// </summary>
public static class NotebookHost
{
    /// <summary>
    /// Under this key a <c>Func&lt;string, IReadOnlyDictionary&lt;string, string&gt;, bool, bool&gt;</c>: a display's id, its content by MIME type,
    /// and whether a display that is there already is to be replaced; gives whether the message went out. Called from any thread; does not throw.
    /// </summary>
    public const string UpdateKey = "ICAE.Lab.Display.Update";

    /// <summary>
    /// Under this key a <c>Func&lt;CancellationToken&gt;</c>: the token of the cell that runs now, which an interrupt cancels;
    /// <see cref="CancellationToken.None"/> where no cell runs. Called from any thread; does not throw.
    /// </summary>
    public const string CancellationKey = "ICAE.Lab.CellCancellation";

    /// <summary>Whether displays can be updated in place.</summary>
    public static bool CanUpdate => Update is not null;

    /// <summary>The token of the cell that runs now; <see cref="CancellationToken.None"/> outside of one.</summary>
    public static CancellationToken CellCancellation => AppContext.GetData(CancellationKey) is Func<CancellationToken> cell ? cell() : CancellationToken.None;

    private static Func<string, IReadOnlyDictionary<string, string>, bool, bool>? Update =>
        AppContext.GetData(UpdateKey) as Func<string, IReadOnlyDictionary<string, string>, bool, bool>;

    /// <summary>Shows a display that can be replaced later, below what the running cell has shown so far.</summary>
    /// <param name="id">The display's id, its own in this process.</param>
    /// <param name="content">MIME types and contents.</param>
    /// <returns>Whether it was shown.</returns>
    public static bool Show(string id, IReadOnlyDictionary<string, string> content) => Update?.Invoke(id, content, false) ?? false;

    /// <summary>Replaces a display where it stands.</summary>
    /// <param name="id">The id that it was shown with.</param>
    /// <param name="content">MIME types and contents.</param>
    /// <returns>Whether it was replaced.</returns>
    public static bool Replace(string id, IReadOnlyDictionary<string, string> content) => Update?.Invoke(id, content, true) ?? false;

    /// <summary>The caller's token where it has one, else that of the running cell.</summary>
    /// <param name="given">What the caller gave.</param>
    /// <returns>The token to look at.</returns>
    public static CancellationToken OrCell(CancellationToken given) => given.CanBeCanceled ? given : CellCancellation;
}
