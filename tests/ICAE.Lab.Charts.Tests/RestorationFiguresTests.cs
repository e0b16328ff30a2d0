using ICAE.Lab.Experiments;
using Plotly.NET;

namespace ICAE.Lab.Charts.Tests;

public sealed class RestorationFiguresTests
{
    [Fact]
    public void Bars_are_memory_zero_and_ceiling_of_each_kind()
    {
        var figure = FigureJson.Of(RestorationFigures.BleuByKind(SampleReport.Create().Result));
        var traces = figure["data"]!.AsArray();

        Assert.Equal([RestorationFigures.Memory, RestorationFigures.Zero, RestorationFigures.Ceiling], traces.Select(trace => (string)trace!["name"]!));
        Assert.All(traces, trace => Assert.Equal("""["ordinary","random"]""", trace!["x"]!.ToJsonString()));
        Assert.Equal(["[0.75,0.75]", "[0.125,0.125]", "[1.0,1.0]"], traces.Select(trace => trace!["y"]!.ToJsonString()));

        // The intervals of these texts lie beside their means.
        Assert.Equal("[0.0,0.0]", traces[0]!["error_y"]!["arrayminus"]!.ToJsonString());
        Assert.Equal(0.1, (double)traces[0]!["error_y"]!["array"]![0]!, 12);
    }

    [Fact]
    public void A_forecast_stands_before_the_bars_of_its_kind()
    {
        var figure = FigureJson.Of(RestorationFigures.BleuByKind(SampleReport.Create().Result, new Dictionary<string, double> { ["random"] = 0.25 }));
        var traces = figure["data"]!.AsArray();

        var forecast = Assert.Single(traces, trace => (string)trace!["name"]! == RestorationFigures.Forecast)!;
        Assert.Equal(0.25, (double)forecast["y"]!.AsArray()[forecast["x"]!.AsArray().Select(kind => (string)kind!).ToList().IndexOf("random")]!);
        Assert.Contains("1.2", Assert.Throws<ConfigurationException>(() => Forecast("random", 1.2)).Message, StringComparison.Ordinal);
        Assert.Contains("verse", Assert.Throws<ConfigurationException>(() => Forecast("verse", 0.5)).Message, StringComparison.Ordinal);

        static GenericChart Forecast(string kind, double value) => RestorationFigures.BleuByKind(SampleReport.Create().Result, new Dictionary<string, double> { [kind] = value });
    }

    [Fact]
    public void Lengths_make_a_curve_for_each_kind()
    {
        var figure = FigureJson.Of(RestorationFigures.BleuByLength([Row("m", "ordinary", 64, 0.9), Row("m", "random", 32, 0.3), Row("m", "ordinary", 32, 0.95)]));
        var traces = figure["data"]!.AsArray();

        Assert.Equal(["ordinary", "random"], traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal("[32,64]", traces[0]!["x"]!.ToJsonString());
        Assert.Equal("[0.95,0.9]", traces[0]!["y"]!.ToJsonString());
        Assert.Contains("0.900 at 64 tokens", (string)figure["layout"]!["meta"]!["description"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_stand_side_by_side_with_their_kinds_of_base()
    {
        var figure = FigureJson.Of(RestorationFigures.BleuByModel([Row("a", "ordinary", 64, 0.9), Row("b", "ordinary", 64, 0.3) with { BaseKind = "copying" }]));

        Assert.Equal(["a (restoring base)", "b (copying base)"], figure["data"]!.AsArray().Select(trace => (string)trace!["name"]!));
    }

    [Fact]
    public void The_papers_values_are_a_figure_of_their_own_that_says_so()
    {
        var figure = FigureJson.Of(RestorationFigures.PaperBleuByKind());

        Assert.Equal("[0.993,0.035,0.002]", figure["data"]![0]!["y"]!.ToJsonString());
        Assert.Contains("the paper: 512 tokens on 128 slots", (string)figure["layout"]!["title"]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_along_the_text_is_the_mean_of_neighbouring_tokens_by_the_best_zero()
    {
        var figure = FigureJson.Of(RestorationFigures.AccuracyByPosition(SampleReport.Create().Result, window: 3));
        var traces = figure["data"]!.AsArray();

        Assert.Equal(
            ["ordinary, from memory", "ordinary, without memory (zero)", "random, from memory", "random, without memory (zero)"],
            traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal("[1,4,7]", traces[0]!["x"]!.ToJsonString());
        Assert.Equal("[1.0,1.0,0.5]", traces[0]!["y"]!.ToJsonString());
        Assert.Equal([1.0 / 3, 0, 0], traces[1]!["y"]!.AsArray().Select(value => (double)value!));
        Assert.Equal((string)traces[0]!["line"]!["color"]!, (string)traces[1]!["line"]!["color"]!);
        Assert.NotEqual((string)traces[0]!["line"]!["dash"]!, (string)traces[1]!["line"]!["dash"]!);
        Assert.Contains("ordinary, from memory: 1.00 at the start, 1.00 in the middle, 0.50 at the end", (string)figure["layout"]!["meta"]!["description"]!, StringComparison.Ordinal);
    }

    private static RestorationRow Row(string model, string kind, int tokens, double bleu) => new(model, "restoring", kind, tokens, 4, 8, bleu, bleu - 0.1, bleu + 0.05, 0.01, 0.7, bleu, 1);
}
