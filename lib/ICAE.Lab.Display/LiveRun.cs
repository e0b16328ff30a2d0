using ICAE.Lab.Training;

namespace ICAE.Lab.Display;

/// <summary>Runs as they go on.</summary>
public static class LiveRun
{
    /// <summary>
    /// Shows a run below the cell, and replaces what is shown while the run goes on, in this cell and later ones. In a kernel that does not update
    /// displays a line says so: there, evaluate the run itself to see how far it is.
    /// </summary>
    /// <param name="run">The run.</param>
    public static void Watch(this PretrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var display = new LiveDisplay(() =>
        {
            var summary = RunSummary.Of(run);
            return (summary.ToHtml(), summary.ToString());
        });
        if (!display.Refresh(now: true))
        {
            Console.WriteLine($"{run}. This kernel does not update displays; evaluate the run to see how far it is.");
            return;
        }

        run.Changed += (_, _) => display.Refresh(now: !run.IsRunning);

        // It may have ended in between.
        display.Refresh(now: true);
    }
}
