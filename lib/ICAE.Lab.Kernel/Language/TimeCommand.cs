namespace ICAE.Lab.Kernel.Language;

/// <summary><c>#!time</c>: says how long the rest of the cell took.</summary>
internal sealed class TimeCommand : ICellCommand
{
    public string Name => "time";

    public string Description => "says how long the cell took";

    public Task RunAsync(CellSegment command, CellRun run)
    {
        var start = TimeProvider.System.GetTimestamp();
        run.Ending += () => run.Output.Display(
            MimeBundle.Of("text/plain", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Wall time: {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0.0###}ms")),
            null,
            replace: false);
        return Task.CompletedTask;
    }
}
