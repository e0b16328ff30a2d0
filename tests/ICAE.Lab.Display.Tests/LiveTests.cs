using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Training;

namespace ICAE.Lab.Display.Tests;

/// <summary>Displays that are replaced in place, with a kernel that does it and with one that does not.</summary>
[Collection("torch")]
public sealed class LiveTests : IDisposable
{
    private static readonly PretrainingSettings Tiny = PretrainingSettings.Quick with
    {
        Steps = 4,
        Batch = 2,
        Lengths = [8],
        Slots = 4,
        LogEvery = 1,
        EvaluateEvery = 2,
        EvaluationTexts = 2,
        ComputeType = "float32",
    };

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"icae-test-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_run_is_shown_once_and_replaced_until_it_ends()
    {
        using var host = new HostCapture();
        var run = Pretraining.Start(Tiny, _folder);
        run.Watch();

        Assert.Equal(RunStatus.Completed, run.Wait());

        var calls = host.Calls.ToArray();
        Assert.Single(calls, call => !call.IsUpdate);
        Assert.False(calls[0].IsUpdate);
        Assert.Single(calls.Select(call => call.Id).Distinct());
        Assert.Contains("completed: 4 updates", calls[^1].Content["text/plain"], StringComparison.Ordinal);
        Assert.Contains("<svg", calls[^1].Content["text/html"], StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Line chart of loss (nats a token). autoencoding loss from", calls[^1].Content["text/html"], StringComparison.Ordinal);
        Assert.DoesNotContain("<script", calls[^1].Content["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_that_is_used_again_begins_anew()
    {
        using var host = new HostCapture();
        var bar = new ProgressBar("restoring");
        bar.Report(1.0);
        bar.Report(0.9);
        Assert.Contains("done in", bar.ToString(), StringComparison.Ordinal);

        bar.Report(0.0);
        bar.Report(0.1);
        Assert.Equal("restoring: 10 %", bar.ToString().Replace("10%", "10 %", StringComparison.Ordinal));

        bar.Report(1.0);
        Assert.Contains("done in", host.Calls.ToArray()[^1].Content["text/plain"], StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_tells_its_progress_is_shown_as_a_bar()
    {
        using var host = new HostCapture();
        var bar = new ProgressBar("<restoring>");

        bar.Report(new RestorationProgress(0, 4, ReadingCondition.Memory));
        bar.Report(0.25);
        bar.Report(1.0);

        var calls = host.Calls.ToArray();
        Assert.False(calls[0].IsUpdate);
        Assert.All(calls[1..], call => Assert.True(call.IsUpdate));
        Assert.Contains("&lt;restoring&gt; <progress max=\"1\" value=\"0\"></progress> 0 %, the text&#39;s own slots", calls[0].Content["text/html"], StringComparison.Ordinal);
        Assert.StartsWith("<restoring>: done in ", calls[^1].Content["text/plain"], StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_counts_is_shown_as_its_share()
    {
        using var host = new HostCapture();
        var bar = new ProgressBar("answers");

        bar.Report((3, 4));
        Assert.Contains("value=\"0.75\"", bar.ToHtml(), StringComparison.Ordinal);
        bar.Report((0, 0));

        Assert.StartsWith("answers: done in ", bar.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_such_a_kernel_a_line_is_written_at_the_end()
    {
        var before = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            var bar = new ProgressBar("restoring");
            bar.Report(0.5);
            Assert.Equal("", written.ToString());
            bar.Report(1.0);
            bar.Report(1.0);
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.Matches("^restoring: done in [0-9.]+ s\\s*$", written.ToString());
    }

    [Fact]
    public void Every_curve_is_drawn_and_one_that_diverged_does_not_flatten_the_others()
    {
        string[] names = ["rows_loss", "ae_loss", "validation_rows_loss", "validation_ae_loss_32", "validation_ae_loss_64", "validation_ae_loss_128"];
        RunPoint[] points = [.. names.SelectMany(name => (RunPoint[])[new(1, name, 4), new(2, name, 2)]), new(3, "ae_loss", double.PositiveInfinity)];

        var html = new RunSummary("training", 3, 10, points, new Dictionary<string, double>()).ToHtml();

        Assert.Equal(names.Length, html.Split("<polyline").Length - 1);
        Assert.Equal(names.Length, System.Text.RegularExpressions.Regex.Matches(html, "stroke=\"(#[0-9a-f]+)\" stroke-width=\"1.8\" stroke-dasharray=\"([^\"]*)\"").Select(match => match.Groups[1].Value + match.Groups[2].Value).Distinct().Count());
        Assert.Contains(">4</text>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_run_says_why_in_its_display()
    {
        var summary = new RunSummary("failed at update 3: <b>", 3, 10, [new(1, "ae_loss", 4), new(2, "ae_loss", 2)], new Dictionary<string, double> { ["ae_loss"] = 2 });

        Assert.Contains("failed at update 3: &lt;b&gt;", summary.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("autoencoding loss from 4 at update 1 to 2 at update 2", summary.ToHtml(), StringComparison.Ordinal);
        Assert.Equal("failed at update 3: <b>\nautoencoding loss  2", summary.ToString());
    }
}
