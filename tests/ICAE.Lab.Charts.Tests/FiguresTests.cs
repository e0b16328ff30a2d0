namespace ICAE.Lab.Charts.Tests;

public sealed class FiguresTests
{
    [Fact]
    public void Curves_are_sorted_by_step_and_leave_gaps_where_a_value_is_not_finite()
    {
        var figure = FigureJson.Of(Figures.TrainingCurves(
            [new(200, "loss", 1.5), new(0, "loss", 4), new(100, "loss", double.NaN), new(0, "held out", 4.25)],
            "A run",
            "nats"));

        var traces = figure["data"]!.AsArray();
        Assert.Equal(["loss", "held out"], traces.Select(trace => (string)trace!["name"]!));
        Assert.Equal("[0,100,200]", traces[0]!["x"]!.ToJsonString());
        Assert.Equal("[4.0,null,1.5]", traces[0]!["y"]!.ToJsonString());
        Assert.Equal(("lines", "markers"), ((string)traces[0]!["mode"]!, (string)traces[1]!["mode"]!));
        Assert.NotEqual((string)traces[0]!["line"]!["dash"]!, (string)traces[1]!["line"]!["dash"]!);
    }

    [Fact]
    public void A_figure_has_a_size_a_title_axes_and_a_description()
    {
        var layout = FigureJson.Of(Figures.TrainingCurves([new(0, "loss", 4), new(9, "loss", 1)], "A run", "nats", logarithmic: true))["layout"]!;

        Assert.True((int)layout["width"]! > 0 && (int)layout["height"]! > 0);
        Assert.Equal("A run", (string)layout["title"]!["text"]!);
        Assert.Equal(("step", "nats", "log"), ((string)layout["xaxis"]!["title"]!["text"]!, (string)layout["yaxis"]!["title"]!["text"]!, (string)layout["yaxis"]!["type"]!));
        Assert.Equal("Line chart: A run. loss from 4 at step 0 to 1 at step 9.", (string)layout["meta"]!["description"]!);
    }

    [Fact]
    public void A_title_begins_where_the_axis_does_and_leaves_the_right_to_the_tools()
    {
        var figure = FigureJson.Of(Figures.TrainingCurves([new(0, "loss", 4), new(9, "loss", 1)], "A run", "nats"));

        Assert.Equal((0, "paper", "left"), ((int)figure["layout"]!["title"]!["x"]!, (string)figure["layout"]!["title"]!["xref"]!, (string)figure["layout"]!["title"]!["xanchor"]!));
        Assert.Equal("""["select2d","lasso2d","autoScale2d"]""", figure["layout"]!["modebar"]!["remove"]!.ToJsonString());
    }

    [Fact]
    public void No_rows_are_an_empty_figure()
    {
        Assert.Empty(FigureJson.Of(Figures.TrainingCurves([], "Nothing yet", "nats"))["data"]!.AsArray());
        Assert.Empty(FigureJson.Of(Figures.GroupedBars([], "Nothing yet", "BLEU"))["data"]!.AsArray());
    }

    [Fact]
    public void Bars_stand_in_groups_with_the_ends_of_their_intervals_as_distances()
    {
        var figure = FigureJson.Of(Figures.GroupedBars(
            [new("ordinary", "trained", 0.75, 0.5, 0.875), new("random", "trained", 0.25, 0.25, 0.5), new("ordinary", "untrained", 0, 0, 0)],
            "Restoration",
            "BLEU"));

        var trained = figure["data"]![0]!;
        var untrained = figure["data"]![1]!;
        Assert.Equal("""["ordinary","random"]""", trained["x"]!.ToJsonString());
        Assert.Equal("[0.75,0.25]", trained["y"]!.ToJsonString());
        Assert.Equal("[0.125,0.25]", trained["error_y"]!["array"]!.ToJsonString());
        Assert.Equal("[0.25,0.0]", trained["error_y"]!["arrayminus"]!.ToJsonString());
        Assert.Equal("[0.0,null]", untrained["y"]!.ToJsonString());
        Assert.Equal("group", (string)figure["layout"]!["barmode"]!);
        Assert.NotEqual((string)trained["marker"]!["pattern"]!["shape"]!, (string)untrained["marker"]!["pattern"]!["shape"]!);
    }

    [Theory]
    [InlineData(0.5, 0.6, 0.7)]
    [InlineData(0.5, 0.3, 0.4)]
    public void A_value_outside_its_interval_is_refused_by_name(double value, double low, double high)
    {
        var error = Assert.Throws<ArgumentException>(() => Figures.GroupedBars([new("ordinary", "trained", value, low, high)], "t", "v"));
        Assert.StartsWith("ordinary, trained: 0.5 lies outside its interval", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_rows_for_one_bar_are_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(() => Figures.GroupedBars([new("a", "b", 1, 1, 1), new("a", "b", 2, 2, 2)], "t", "v"));
        Assert.StartsWith("Two rows are for a, b.", error.Message, StringComparison.Ordinal);
    }
}
