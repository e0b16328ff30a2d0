using System.Globalization;
using System.Text;
using ICAE.Lab.Charts;

namespace ICAE.Lab.Display;

/// <summary>Curves as a picture that needs no script, small enough to be sent again and again while a run goes on.</summary>
internal static class CurveDrawing
{
    private const int Width = 640;
    private const int Height = 240;
    private const int Left = 44;
    private const int Bottom = 30;
    private const int Top = 10;
    private const int Right = 10;
    private const int MostPoints = 240;
    private const int Ticks = 4;

    // Middle tones, for light and for dark; the dashes tell them apart as well.
    private static readonly string[] Colours = ["#3b82c4", "#d9662b", "#1f9d78", "#b0669b"];
    private static readonly string[] Dashes = ["", "6 3", "2 3", "8 3 2 3"];

    /// <summary>Draws curves over the steps of a run.</summary>
    /// <param name="curves">Names and points; those without points are left out.</param>
    /// <param name="steps">The last step of the horizontal axis, at least 1.</param>
    /// <param name="label">What the vertical axis shows.</param>
    /// <returns>An svg element; empty where there are no points.</returns>
    public static string Draw(IReadOnlyList<(string Name, IReadOnlyList<(long Step, double Value)> Points)> curves, long steps, string label)
    {
        var shown = curves.Where(curve => curve.Points.Count > 0).ToArray();
        if (shown.Length == 0)
            return "";

        var top = Ceiling(shown.SelectMany(curve => curve.Points).Select(point => point.Value).Where(double.IsFinite).DefaultIfEmpty(1).Max());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" style=\"width:100%;max-width:{Width}px;height:auto\" role=\"img\" aria-label=\"{HtmlText.Escape(Describe(shown, label))}\" font-size=\"11\" fill=\"currentColor\">");
        AddAxes(svg, steps, top);
        for (var i = 0; i < shown.Length; i++)
            AddCurve(svg, shown[i].Points, steps, top, i);

        for (var i = 0; i < shown.Length; i++)
        {
            var y = Top + 12 + (15 * i);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Width - 250} {y - 4}h24\" stroke=\"{Colour(i)}\" stroke-width=\"2\" stroke-dasharray=\"{Dash(i)}\"/><text x=\"{Width - 220}\" y=\"{y}\">{HtmlText.Escape(shown[i].Name)}</text>");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 2}\" text-anchor=\"middle\">update; vertical: {HtmlText.Escape(label)}</text></svg>").ToString();
    }

    private static void AddAxes(StringBuilder svg, long steps, double top)
    {
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var (x, y) = (X(steps * tick / Ticks, steps), Y(top * tick / Ticks, top));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y:0.#}H{Width - Right}\" stroke=\"currentColor\" opacity=\".2\"/><text x=\"{Left - 5}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{top * tick / Ticks:0.##}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{steps * tick / Ticks}</text>");
        }
    }

    private static void AddCurve(StringBuilder svg, IReadOnlyList<(long Step, double Value)> points, long steps, double top, int number)
    {
        var every = (points.Count + MostPoints - 1) / MostPoints;
        var kept = points.Where((point, i) => double.IsFinite(point.Value) && (i % every == 0 || i == points.Count - 1)).ToArray();
        var path = string.Join(' ', kept.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Step, steps):0.#},{Y(point.Value, top):0.#}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{Colour(number)}\" stroke-width=\"1.8\" stroke-dasharray=\"{Dash(number)}\"/>");

        // A curve of few points would be easy to overlook, one of a single point would not be drawn at all.
        const int Few = 30;
        foreach (var point in kept.Length <= Few ? kept : [])
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(point.Step, steps):0.#}\" cy=\"{Y(point.Value, top):0.#}\" r=\"2.5\" fill=\"{Colour(number)}\"/>");
    }

    private static string Describe((string Name, IReadOnlyList<(long Step, double Value)> Points)[] curves, string label) =>
        $"Line chart of {label}. " + string.Join("; ", curves.Select(curve => string.Create(
            CultureInfo.InvariantCulture, $"{curve.Name} from {curve.Points[0].Value:0.###} at update {curve.Points[0].Step} to {curve.Points[^1].Value:0.###} at update {curve.Points[^1].Step}")));

    private static string Colour(int number) => Colours[number % Colours.Length];

    /// <summary>A curve that has another's colour has other dashes.</summary>
    private static string Dash(int number) => Dashes[(number + (number / Colours.Length)) % Dashes.Length];

    private static double X(long step, long steps) => Left + ((double)(Width - Left - Right) * Math.Min(step, steps) / steps);

    private static double Y(double value, double top) => Height - Bottom - ((Height - Bottom - Top) * Math.Clamp(value / top, 0, 1));

    private static double Ceiling(double value)
    {
        if (!double.IsFinite(value) || value <= 0)
            return 1;

        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Math.Ceiling(value / unit * 2) / 2 * unit;
    }
}
