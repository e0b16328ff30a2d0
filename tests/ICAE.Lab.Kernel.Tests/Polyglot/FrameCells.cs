namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>Cells that make a data frame.</summary>
internal static class FrameCells
{
    /// <summary>References the library that has it.</summary>
    public static string Reference => $"#r \"{Path.Combine(AppContext.BaseDirectory, "Microsoft.Data.Analysis.dll").Replace('\\', '/')}\"";

    /// <summary>Makes the variable <c>table</c>.</summary>
    public const string Make = """
        using Microsoft.Data.Analysis;
        var table = new DataFrame(
            new DoubleDataFrameColumn("z", new double?[] { 1.5, null, double.NaN }),
            new Int32DataFrameColumn("a", new int?[] { 1, null, 3 }),
            new StringDataFrameColumn("name", new[] { "one", null, "drïe" }),
            new BooleanDataFrameColumn("flag", new bool?[] { true, null, false }),
            new DateTimeDataFrameColumn("day", new DateTime?[] { new DateTime(2024, 1, 2), null, new DateTime(1999, 12, 31) }));
        """;
}
