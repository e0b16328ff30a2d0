using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks;

/// <summary>
/// Parameters as papermill has them: a cell tagged <c>parameters</c> declares them, one to a line, and a cell behind it, tagged
/// <c>injected-parameters</c>, gives them other values. Notebooks in C# and in Python can have them.
/// </summary>
public static partial class NotebookParameters
{
    /// <summary>The tag of the cell that declares parameters.</summary>
    public const string Tag = "parameters";

    /// <summary>The tag of the cell that gives them other values.</summary>
    public const string InjectedTag = "injected-parameters";

    /// <summary>The parameters that a notebook declares.</summary>
    /// <param name="document">The notebook.</param>
    /// <returns>Those whose type can be told, in their order.</returns>
    public static IReadOnlyList<NotebookParameter> Declared(NotebookDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var cell = document.Cells.FirstOrDefault(cell => cell.Kind == NotebookCellKind.Code && cell.Tags.Contains(Tag));
        if (cell is null)
            return [];

        var pattern = IsPython(document) ? PythonLine() : CSharpLine();
        return [.. cell.Source.Split('\n').Select(line => pattern.Match(line)).Where(match => match.Success).Select(Parameter).OfType<NotebookParameter>()];
    }

    /// <summary>Gives parameters other values, in place of those of an earlier call.</summary>
    /// <param name="document">The notebook; it gets one more cell.</param>
    /// <param name="values">Values by name, as on a command line.</param>
    /// <exception cref="NotebookException">There is no parameter of a name, or a value does not fit its type.</exception>
    public static void Inject(NotebookDocument document, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
            return;

        var declared = Declared(document);
        var source = new StringBuilder(IsPython(document) ? "# Parameters" : "// Parameters");
        foreach (var (name, value) in values)
        {
            var parameter = declared.FirstOrDefault(parameter => parameter.Name == name) ?? throw new NotebookException(
                $"parameter {name}: the notebook declares no such parameter; it has {(declared.Count == 0 ? "none" : string.Join(", ", declared.Select(each => each.Name)))}.");
            source.Append('\n').Append(Assignment(parameter, value, IsPython(document)));
        }

        RemoveInjected(document);
        var at = document.Cells.TakeWhile(cell => !cell.Tags.Contains(Tag)).Count() + 1;
        document.Cells.Insert(at, new NotebookCell(NotebookCellKind.Code, source.ToString()) { Metadata = new JsonObject { ["tags"] = new JsonArray(InjectedTag) } });
    }

    internal static void RemoveInjected(NotebookDocument document)
    {
        foreach (var cell in document.Cells.Where(cell => cell.Tags.Contains(InjectedTag)).ToList())
            document.Cells.Remove(cell);
    }

    private static bool IsPython(NotebookDocument document) => document.Language.Contains("python", StringComparison.Ordinal);

    // An assignment, not a declaration: the compiler still checks the type, and cells that were compiled before see the value.
    private static string Assignment(NotebookParameter parameter, string value, bool python)
    {
        var literal = parameter.Kind switch
        {
            ParameterKind.Text => Quoted(value),
            ParameterKind.Boolean when bool.TryParse(value, out var truth) => python ? (truth ? "True" : "False") : (truth ? "true" : "false"),
            ParameterKind.Integer when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                && (parameter.TypeName != "int" || whole == (int)whole || python) => whole.ToString(CultureInfo.InvariantCulture) + (parameter.TypeName == "long" && !python ? "L" : ""),
            ParameterKind.Number when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => Number(number, parameter.TypeName, python),
            _ => throw new NotebookException($"parameter {parameter.Name}: \"{value}\" is no {parameter.TypeName}."),
        };
        return $"{parameter.Name} = {literal}{(python ? "" : ";")}";
    }

    private static string Number(double number, string type, bool python)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return python
            ? text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text
            : text + type switch { "float" => "f", "decimal" => "m", _ => "d" };
    }

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(character) || character is '\u2028' or '\u2029' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }

        return text.Append('"').ToString();
    }

    private static NotebookParameter? Parameter(Match line)
    {
        var (type, name, value) = (line.Groups["type"].Value, line.Groups["name"].Value, line.Groups["value"].Value.Trim());
        return type switch
        {
            "string" or "str" => new NotebookParameter(name, ParameterKind.Text, type, value),
            "bool" => new NotebookParameter(name, ParameterKind.Boolean, type, value),
            "int" or "long" => new NotebookParameter(name, ParameterKind.Integer, type, value),
            "double" or "float" or "decimal" => new NotebookParameter(name, ParameterKind.Number, type, value),
            _ => FromValue(name, value),
        };
    }

    private static NotebookParameter? FromValue(string name, string value)
    {
        if (value.StartsWith('"') || value.StartsWith('\'') || value.StartsWith("@\"", StringComparison.Ordinal))
            return new NotebookParameter(name, ParameterKind.Text, "string", value);

        if (value is "true" or "false" or "True" or "False")
            return new NotebookParameter(name, ParameterKind.Boolean, "bool", value);

        if (WholeLiteral().Match(value) is { Success: true } whole)
            return new NotebookParameter(name, ParameterKind.Integer, whole.Groups["long"].Success ? "long" : "int", value);

        if (NumberLiteral().Match(value) is { Success: true } number)
            return new NotebookParameter(name, ParameterKind.Number, number.Groups["suffix"].Value.ToLowerInvariant() switch { "f" => "float", "m" => "decimal", _ => "double" }, value);

        return null;
    }

    [GeneratedRegex(@"^\s*(?<type>var|string|bool|int|long|double|float|decimal)\s+(?<name>[A-Za-z_]\w*)\s*=\s*(?<value>""(\\.|[^""\\])*""|@""[^""]*""|[^;""]+);")]
    private static partial Regex CSharpLine();

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\w*)\s*(:\s*(?<type>\w+)\s*)?=\s*(?<value>""(\\.|[^""\\])*""|'(\\.|[^'\\])*'|[^#]+)")]
    private static partial Regex PythonLine();

    [GeneratedRegex(@"^-?[0-9_]+(?<long>[lL])?$")]
    private static partial Regex WholeLiteral();

    [GeneratedRegex(@"^-?[0-9_]*\.?[0-9_]+([eE][+-]?[0-9]+)?(?<suffix>[dDfFmM])?$")]
    private static partial Regex NumberLiteral();
}
