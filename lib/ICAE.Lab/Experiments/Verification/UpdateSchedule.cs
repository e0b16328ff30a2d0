using System.Globalization;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// A learning rate's schedule as a formula of the rate and the update, such as <c>lr * min((u+1)/4, (12-u)/9) for update u</c>: numbers,
/// two names, + - * / and brackets, min and max.
/// </summary>
internal sealed partial class UpdateSchedule
{
    private readonly ReferenceJson _json;
    private readonly string[] _tokens;
    private readonly Dictionary<string, double> _names;
    private int _next;

    private UpdateSchedule(ReferenceJson json, string[] tokens, Dictionary<string, double> names) => (_json, _tokens, _names) = (json, tokens, names);

    /// <summary>Reads a formula.</summary>
    /// <returns>The rate of an update, from the largest rate and the update's number, from 0.</returns>
    /// <exception cref="UnknownReferenceException">The formula is not understood.</exception>
    public static Func<double, int, double> Parse(ReferenceJson json)
    {
        var match = Sentence().Match(json.Text());
        var tokens = match.Success ? Token().Matches(match.Groups["formula"].Value).Select(token => token.Value).ToArray() : [];
        var update = match.Groups["update"].Value;
        double Rate(double rate, int step)
        {
            var formula = new UpdateSchedule(json, tokens, new Dictionary<string, double>(StringComparer.Ordinal) { ["lr"] = rate, [update] = step });
            var value = formula.Sum();
            return formula._next == tokens.Length && double.IsFinite(value) ? value : throw formula.NotUnderstood();
        }

        _ = Rate(1, 0);
        return Rate;
    }

    private double Sum()
    {
        var value = Product();
        while (Peek is "+" or "-")
            value += Take() == "+" ? Product() : -Product();

        return value;
    }

    private double Product()
    {
        var value = Factor();
        while (Peek is "*" or "/")
            value = Take() == "*" ? value * Factor() : value / Factor();

        return value;
    }

    private double Factor()
    {
        var token = Take();
        switch (token)
        {
            case "-":
                return -Factor();
            case "(":
                var inner = Sum();
                Expect(")");
                return inner;
            case "min" or "max":
                return Extreme(token == "min" ? Math.Min : Math.Max);
            default:
                return _names.TryGetValue(token, out var named) ? named
                    : double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
                    : throw NotUnderstood();
        }
    }

    private double Extreme(Func<double, double, double> choose)
    {
        Expect("(");
        var value = Sum();
        while (Peek == ",")
        {
            Take();
            value = choose(value, Sum());
        }

        Expect(")");
        return value;
    }

    private string? Peek => _next < _tokens.Length ? _tokens[_next] : null;

    private string Take() => _next < _tokens.Length ? _tokens[_next++] : throw NotUnderstood();

    private void Expect(string token)
    {
        if (Take() != token)
            throw NotUnderstood();
    }

    private UnknownReferenceException NotUnderstood() => new($"{_json.Path}: {_json.Place}: this schedule is not understood: '{_json.Text()}'.");

    [GeneratedRegex(@"^(?<formula>.{1,200}) for update (?<update>[A-Za-z]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"[A-Za-z]+|\d+(\.\d+)?([eE][-+]?\d+)?|\S", RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
