using System.Diagnostics;
using System.Globalization;
using ICAE.Lab.Charts;
using ICAE.Lab.Experiments.RestorationEvaluation;

namespace ICAE.Lab.Display;

/// <summary>
/// How far long work is: a bar that is replaced in place. In a kernel that does not update displays, a line is written at the end. Pass it to
/// whatever tells its progress: <c>OrdinaryPatternedRandom.Run(icae, texts, new ProgressBar("restoring"))</c>.
/// </summary>
public sealed class ProgressBar : IProgress<double>, IProgress<RestorationProgress>, IProgress<(int Done, int Total)>
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly LiveDisplay _display;
    private readonly string _title;
    private double _share;
    private string _now = "";
    private TimeSpan? _took;

    /// <summary>Makes a bar; it is shown when work begins to tell.</summary>
    /// <param name="title">What is done, such as "restoring".</param>
    public ProgressBar(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        _title = title;
        _display = new LiveDisplay(() => (ToHtml(), ToString()));
    }

    /// <summary>Tells how far the work is.</summary>
    /// <param name="value">The share that is done, 0 to 1.</param>
    public void Report(double value) => Report(value, "");

    /// <summary>Tells how far an evaluation is.</summary>
    /// <param name="value">Batches done, and what the decoder reads now.</param>
    public void Report(RestorationProgress value) => Report(Share((value.Done, value.Total)), RestorationReport.Describe(value.Condition));

    /// <summary>Tells how far work is that counts what it has done.</summary>
    /// <param name="value">What is done, and what there is to do.</param>
    public void Report((int Done, int Total) value) => Report(Share(value), "");

    /// <summary>The bar as an HTML fragment.</summary>
    /// <returns>HTML without scripts.</returns>
    public string ToHtml()
    {
        var value = _share.ToString("0.###", CultureInfo.InvariantCulture);
        return $"<div class=\"icae\">{HtmlText.Escape(_title)} <progress max=\"1\" value=\"{value}\"></progress> {HtmlText.Escape(State())}</div>";
    }

    /// <summary>The bar as a line of text.</summary>
    public override string ToString() => $"{_title}: {State()}";

    private static double Share((int Done, int Total) value) => value.Total == 0 ? 1 : (double)value.Done / value.Total;

    private void Report(double share, string now)
    {
        bool ended;
        lock (_watch)
        {
            // Work that begins tells so; the bar has served for another before.
            if (share <= 0 && _took is not null)
            {
                _took = null;
                _watch.Restart();
            }

            (_share, _now) = (Math.Clamp(share, 0, 1), now);
            ended = _share >= 1 && _took is null;
            if (ended)
                _took = _watch.Elapsed;
        }

        if (!_display.Refresh(now: ended) && ended)
            Console.WriteLine(this);
    }

    private string State() => _took is { } took
        ? string.Create(CultureInfo.InvariantCulture, $"done in {took.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{_share:P0}{(_now.Length == 0 ? "" : $", {_now}")}");
}
