using System.Globalization;
using ICAE.Lab.Evaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>How tables of scores look, whatever was evaluated.</summary>
internal static class ScoreTable
{
    /// <summary>A table with columns of text, and behind them columns of numbers.</summary>
    public static Table Create(string[] texts, params string[] numbers)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(texts);
        foreach (var heading in numbers)
            table.AddColumn(new TableColumn(heading).RightAligned());

        return table;
    }

    /// <summary>A score with three decimals.</summary>
    public static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>The ends of an interval.</summary>
    public static string Interval(ConfidenceInterval interval) => $"{Number(interval.Low)} to {Number(interval.High)}";
}
