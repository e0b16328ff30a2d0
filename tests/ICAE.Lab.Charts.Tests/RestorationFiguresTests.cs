using System.Text.Json.Nodes;
using Plotly.NET;

namespace ICAE.Lab.Charts.Tests;

public sealed class RestorationFiguresTests
{
    [Fact]
    public void Bars_are_memory_zero_and_ceiling_of_each_kind()
    {
        var figure = Read(RestorationFigures.BleuByKind(SampleReport.Create().Result));
        var traces = figure["data"]!.AsArray();

        Assert.Equal([RestorationFigures.Memory, RestorationFigures.Zero, RestorationFigures.Ceiling], traces.Select(trace => (string)trace!["name"]!));
        Assert.All(traces, trace => Assert.Equal("""["ordinary","random"]""", trace!["x"]!.ToJsonString()));
        Assert.Equal(["[0.75,0.75]", "[0.125,0.125]", "[1.0,1.0]"], traces.Select(trace => trace!["y"]!.ToJsonString()));

        // The intervals of these texts lie beside their means.
        Assert.Equal("[0.0,0.0]", traces[0]!["error_y"]!["arrayminus"]!.ToJsonString());
        Assert.Equal(0.1, (double)traces[0]!["error_y"]!["array"]![0]!, 12);
    }

    [Fact]
    public void The_papers_values_are_a_figure_of_their_own_that_says_so()
    {
        var figure = Read(RestorationFigures.PaperBleuByKind());

        Assert.Equal("[0.993,0.035,0.002]", figure["data"]![0]!["y"]!.ToJsonString());
        Assert.Contains("the paper: Llama-7b, 512 tokens on 128 slots", (string)figure["layout"]!["title"]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Accuracy_along_the_text_is_the_mean_of_neighbouring_tokens_by_the_best_zero()
    {
        var figure = Read(RestorationFigures.AccuracyByPosition(SampleReport.Create().Result, window: 3));
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

    private static JsonNode Read(GenericChart figure) => JsonNode.Parse(GenericChart.toFigureJson(figure))!;
}
