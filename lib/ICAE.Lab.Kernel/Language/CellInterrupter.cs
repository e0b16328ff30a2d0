namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Stops a run: first it cancels the token, so that code that looks at it stops between two steps; after a second it ends the cell's loops where
/// they look, wakes the cell thread from waits, and drops what would follow an await. The thread itself is never aborted: the runtime's means for
/// that (ControlledExecution) ends the process when it meets some frames of libraries. What does not stop is said to the user.
/// </summary>
internal static class CellInterrupter
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WakeInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Starts to stop a run, and returns at once.</summary>
    public static void Start(CellRun run)
    {
        if (run.HasEnded || !run.TryInterrupt())
            return;

        new Thread(() => Stop(run)) { IsBackground = true, Name = "interrupt" }.UnsafeStart();
    }

    private static void Stop(CellRun run)
    {
        // Callbacks that the cell registered may block; what follows must not wait for them.
        new Thread(run.Cancel) { IsBackground = true, Name = "cancellation of a cell" }.UnsafeStart();
        if (run.WaitForEnd(Grace))
            return;

        run.Abandon();
        for (var waited = TimeSpan.Zero; !run.WaitForEnd(WakeInterval); waited += WakeInterval)
        {
            run.Turn?.Wake();
            if (waited == Patience && run.HasBegun)
                run.Output.Stream(error: true, CannotStop);
        }
    }

    private static string CannotStop =>
        "The cell cannot be stopped now: it is inside a native call or a loop of a library. It stops as soon as that returns; "
        + $"to end it at once, restart the kernel.{Environment.NewLine}";
}
