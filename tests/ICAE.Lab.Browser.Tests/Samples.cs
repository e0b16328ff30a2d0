using ICAE.Lab.Autoencoder;
using ICAE.Lab.Charts;
using ICAE.Lab.Display;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;

namespace ICAE.Lab.Browser.Tests;

/// <summary>What the library shows in a notebook, as HTML: made by its own formatters.</summary>
internal static class Samples
{
    public const int TableRows = 30;

    static Samples() => Formatters.Register();

    /// <summary>The output of a notebook's first cell.</summary>
    public static string Setup => Notebook.Setup().ToDisplayString("text/html");

    /// <summary>Curves of two series.</summary>
    public static string Curves => Figures.TrainingCurves(
        [.. Enumerable.Range(0, 20).SelectMany(step => (CurvePoint[])[new(step, "loss", 4 / (step + 1.0)), new(step, "validation loss", 5 / (step + 1.0))])],
        "A run",
        "nats").ToDisplayString("text/html");

    /// <summary>Bars with intervals.</summary>
    public static string Bars => Figures.GroupedBars(
        [new("ordinary", "memory", 0.9, 0.8, 0.95), new("ordinary", "zero", 0.1, 0.05, 0.2), new("random", "memory", 0.4, 0.3, 0.5), new("random", "zero", 0, 0, 0)],
        "Restored",
        "BLEU").ToDisplayString("text/html");

    /// <summary>Thirty rows: a name that counts, and numbers in another order, one of them missing.</summary>
    public static string Table => new DataFrame(
        new StringDataFrameColumn("name", Enumerable.Range(0, TableRows).Select(i => $"n{i}")),
        new DoubleDataFrameColumn("value", Enumerable.Range(0, TableRows).Select(i => i == 3 ? null : (double?)((i * 7 % TableRows) - 10)))).ToDisplayString("text/html");

    /// <summary>Slots as a picture.</summary>
    public static string Slots => new MemorySummary("64 tokens on 8 slots", [("slots in bfloat16", 256)], Wave(8, 16), [3]).ToHtml();

    /// <summary>A restoration with a token replaced, left out, added and moved.</summary>
    public static string Restored => RestorationView.Of(Restore(
        ["early ", "in ", "the ", "morning ", "a ", "cat ", "sat ", "down ", "on ", "the ", "mat ", "and ", "slept"],
        ["a ", "dog ", "sat ", "on ", "the ", "mat ", "and ", "slept ", "early ", "in ", "the ", "morning ", "again"])).ToHtml();

    /// <summary>A training run at work.</summary>
    public static string Run => new RunSummary(
        "training: update 40 of 100",
        40,
        100,
        [.. Enumerable.Range(1, 40).Select(step => new ICAE.Lab.Training.RunPoint(step, "loss", 4.0 / step))],
        new Dictionary<string, double> { ["loss"] = 0.1 }).ToHtml();

    private static float[,] Wave(int rows, int columns)
    {
        var values = new float[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                values[row, column] = MathF.Sin((row * 3) + column);
        }

        return values;
    }

    private static Restoration Restore(string[] original, string[] restored)
    {
        var words = original.Concat(restored).Distinct().ToList();
        int[] Ids(string[] tokens) => [.. tokens.Select(token => words.IndexOf(token))];
        return new Restoration(string.Concat(restored), Ids(restored), GenerationEnd.EndOfText, string.Concat(original), Ids(original))
        {
            Tokens = restored,
            OriginalTokens = original,
        };
    }
}
