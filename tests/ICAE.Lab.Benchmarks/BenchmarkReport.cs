using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Benchmarks;

/// <summary>Prints results as they come, or gathers them for one JSON object.</summary>
internal sealed class BenchmarkReport(bool json)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonObject _root = [];
    private JsonObject _section = [];

    /// <summary>Begins a section.</summary>
    public void Section(string key, string title)
    {
        _section = [];
        _root[key] = _section;
        Print($"{Environment.NewLine}{title}");
    }

    /// <summary>A measured number.</summary>
    public void Value(string key, string label, double value, string unit)
    {
        _section[key] = double.Round(value, 6);
        Print($"  {label,-58} {Readable(value),10} {unit}".TrimEnd());
    }

    /// <summary>A fact in words.</summary>
    public void Text(string key, string label, string value)
    {
        _section[key] = value;
        Print($"  {label,-58} {value,10}");
    }

    /// <summary>A line for readers only.</summary>
    public void Note(string text) => Print($"  {text}");

    /// <summary>Writes the JSON object, where it was asked for.</summary>
    public void Finish()
    {
        if (json)
        {
            Console.WriteLine(_root.ToJsonString(Indented));
        }
    }

    private static string Readable(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "0.0", >= 0.1 => "0.000", _ => "0.00000" }, CultureInfo.InvariantCulture);

    private void Print(string line)
    {
        if (!json)
        {
            Console.WriteLine(line);
        }
    }
}
