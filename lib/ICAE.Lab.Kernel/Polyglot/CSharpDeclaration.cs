using ICAE.Lab.Kernel.Language;
using Microsoft.CodeAnalysis.CSharp;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A line of C# that brings a value into the cells. Dispose it when the line has run, or will not.</summary>
internal sealed class CSharpDeclaration : IDisposable
{
    private const string Space = "global::" + FrameReader.Library + ".";
    private readonly List<string> _keys = [];

    /// <summary>Makes the line.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">The value.</param>
    /// <param name="known">The type of the variable of that name, if there is one. It is assigned if it fits: what is declared anew keeps the old value alive.</param>
    /// <param name="withFrames">Whether cells can make data frames.</param>
    public CSharpDeclaration(string name, SharedValue value, Type? known, bool withFrames)
    {
        if (value is SharedTable table && withFrames)
        {
            Code = $"{(known?.FullName == FrameReader.Library + ".DataFrame" ? "" : "var ")}{name} = {Frame(table)};";
            return;
        }

        var built = ClrBuilder.Build(value);
        var type = built?.GetType() ?? typeof(object);
        Code = $"{(known == type ? "" : "var ")}{name} = {Take(TypeNames.Full(type), built)};";
    }

    public string Code { get; }

    public void Dispose() => _keys.ForEach(SharedValues.Remove);

    private string Frame(SharedTable table) => $"new {Space}DataFrame(new {Space}DataFrameColumn[] {{ {string.Join(", ", table.Columns.Select(Column))} }})";

    private string Column(SharedColumn column)
    {
        var (kind, element) = column.Values switch
        {
            double[] => ("Double", "double?"),
            long[] => ("Int64", "long?"),
            bool[] => ("Boolean", "bool?"),
            DateTime[] => ("DateTime", "global::System.DateTime?"),
            _ => ("String", "string"),
        };
        var list = $"global::System.Collections.Generic.IEnumerable<{element}>";
        return $"new {Space}{kind}DataFrameColumn({SymbolDisplay.FormatLiteral(column.Name, quote: true)}, {Take(list, Nullable(column))})";
    }

    private static Array Nullable(SharedColumn column) => ClrBuilder.Column(column.Missing is null ? column with { Missing = new bool[column.Values.Length] } : column);

    private string Take(string type, object? value)
    {
        var key = SharedValues.Put(value);
        _keys.Add(key);
        return $"global::{typeof(SharedValues).FullName}.Take<{type}>(\"{key}\")";
    }
}
