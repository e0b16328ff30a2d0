using System.Globalization;
using ICAE.Lab.Data.Corpora;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Shows how far the fetching of a corpus is.</summary>
internal sealed class FetchDisplay : ProgressDisplay<CorpusFetchProgress>
{
    protected override ProgressColumn[] Columns() => [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()];

    protected override string? Note(CorpusFetchProgress value) => value.Note;

    /// <summary>Texts count where there are several; of a single one its bytes.</summary>
    protected override (double Value, double Max) Share(CorpusFetchProgress value) =>
        value.Count > 1 ? (value.Done, value.Count) : (value.Bytes.Done, Math.Max(1, value.Bytes.Total));

    protected override string Title(CorpusFetchProgress value) => value.Count > 1
        ? string.Create(CultureInfo.InvariantCulture, $"{value.Text} ({Math.Min(value.Done + 1, value.Count)} of {value.Count}, {value.Bytes.Fetched / 1e6:N1} MB fetched)")
        : string.Create(CultureInfo.InvariantCulture, $"{value.Text} ({value.Bytes.Done / 1e6:N1} of {value.Bytes.Total / 1e6:N1} MB)");

    protected override string? Line(CorpusFetchProgress value, TimeSpan elapsed) => value.Text.Length == 0 ? null : Title(value);
}
