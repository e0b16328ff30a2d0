using System.Globalization;
using ICAE.Lab.Cli.Runs;
using ICAE.Lab.Formats.Downloads;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Shows how far a pull is.</summary>
internal sealed class PullDisplay : ProgressDisplay<DownloadProgress>
{
    protected override ProgressColumn[] Columns() => [new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn()];

    protected override string? Note(DownloadProgress value) => value.Note;

    protected override (double Value, double Max) Share(DownloadProgress value) => (value.Done, Math.Max(1, value.Total));

    protected override string Title(DownloadProgress value) => value.File;

    protected override string? Line(DownloadProgress value, TimeSpan elapsed)
    {
        if (value.Total == 0)
            return null;

        var rate = value.Fetched / elapsed.TotalSeconds;
        var left = rate > 0 ? $", {RunDisplay.Duration(TimeSpan.FromSeconds(Math.Min((value.Total - value.Done) / rate, 1e8)))} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{value.File}: {value.Done / 1e6:N1} of {value.Total / 1e6:N1} MB, {rate / 1e6:N1} MB/s{left}");
    }
}
