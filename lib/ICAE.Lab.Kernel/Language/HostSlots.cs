namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// What libraries find in <see cref="AppContext"/>, so that they need no reference to the kernel and work without one: the token of the cell
/// that calls, under <see cref="CancellationKey"/>, and a way to show and replace displays, under <see cref="UpdateKey"/>.
/// </summary>
internal static class HostSlots
{
    /// <summary>A <c>Func&lt;CancellationToken&gt;</c>; an interrupt cancels the token a second before it stops the cell's code by itself.</summary>
    public const string CancellationKey = "ICAE.Lab.CellCancellation";

    /// <summary>
    /// A <c>Func&lt;string, IReadOnlyDictionary&lt;string, string&gt;, bool, bool&gt;</c>: a display's id, its content by MIME type, whether it replaces
    /// the display of that id; gives whether it was sent.
    /// </summary>
    public const string UpdateKey = "ICAE.Lab.Display.Update";

    public static void Install()
    {
        AppContext.SetData(CancellationKey, (Func<CancellationToken>)Cancellation);
        AppContext.SetData(UpdateKey, (Func<string, IReadOnlyDictionary<string, string>, bool, bool>)Update);
    }

    private static CancellationToken Cancellation() => CellRun.Current is { HasEnded: false } run ? run.Cancellation : CancellationToken.None;

    private static bool Update(string id, IReadOnlyDictionary<string, string> content, bool replace)
    {
        if (CellRun.ForUpdates is not { } run)
            return false;

        run.Output.Display(new MimeBundle(new Dictionary<string, string>(content)), id, replace);
        return true;
    }
}
