namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// The names in the JSON that values travel in. What JSON has no form for is an object whose member <see cref="Kind"/> says what it is. Whole
/// numbers are written without a point, all others with one or with an exponent. Blocks are base64 of little-endian elements, row by row.
/// </summary>
internal static class WireTags
{
    public const string Kind = "!";
    public const string Value = "v";
    public const string Keys = "k";
    public const string Shape = "shape";
    public const string Type = "type";
    public const string Name = "name";
    public const string Rows = "rows";
    public const string Missing = "missing";
    public const string Utc = "utc";
    public const string Columns = "columns";

    public const string Float = "float";
    public const string Int = "int";
    public const string Decimal = "decimal";
    public const string DateTime = "datetime";
    public const string Date = "date";
    public const string Map = "map";
    public const string Array = "array";
    public const string Table = "table";

    public const string Float64 = "float64";
    public const string Int64 = "int64";
    public const string Bool = "bool";
    public const string Text = "text";
}
