using ICAE.Lab.Charts;
using ICAE.Lab.Data.Words;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.MemorySelectivity;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Display.Tests;

public sealed class SelectivityViewTests
{
    private static readonly SelectivityResult Result = new(
        new RestorationResult("a<b", BaseKind.Restoring, new RestorationSettings(), [], []),
        [
            new TokenGain("t", 0, "The", "The", WordKind.Function, 1, 0.1, true, true),
            new TokenGain("t", 1, " <lamp>", "lamp", WordKind.Content, 6, 0.2, false, true),
            new TokenGain("t", 2, " burned", "burned", WordKind.Content, 7, 5, false, false),
        ],
        [
            new RestoredToken("t", 0, "The", AlignmentKind.Match, 1, true),
            new RestoredToken("t", 1, " <lamp>", AlignmentKind.Match, 6, false),
            new RestoredToken("t", 2, " glowed", AlignmentKind.Substitution, 4, true),
        ],
        [new WordDifference("t", 2, DifferenceKind.Synonym, "burned", "glowed", WordKind.Content)],
        3);

    [Fact]
    public void Tokens_are_marked_by_where_they_come_from_and_markup_in_them_is_text()
    {
        var html = new SelectivityView(Result).ToHtml();

        Assert.Contains("<ins title=\"6.00 nats without memory, 0.20 with\"> &lt;lamp&gt;</ins>", html, StringComparison.Ordinal);
        Assert.Contains("<del title=\"7.00 nats without memory, 5.00 with\"> burned</del>", html, StringComparison.Ordinal);
        Assert.Contains("<span title=\"as in the original; 1.00 nats by the base alone behind the same tokens\">The</span><ins title=\"as in the original; 6.00 nats", html, StringComparison.Ordinal);
        Assert.Contains("<del title=\"in place of another; 4.00 nats by the base alone behind the same tokens\"> glowed</del>", html, StringComparison.Ordinal);
        Assert.Contains("synonym", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("33% predicted anyway, 33% from memory, 33% lost. 1 of 3 words", new SelectivityView(Result).ToString().Replace(" %", "%", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_shown_is_counted()
    {
        var many = Result with { Differences = [.. Enumerable.Range(0, 15).Select(i => Result.Differences[0] with { Place = i })] };

        Assert.Contains("and 3 more", new SelectivityView(many).ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("more</div>", new SelectivityView(Result).ToHtml().Replace("for more</div>", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_say_what_they_show()
    {
        var differences = FigureHtml.Describe(SelectivityFigures.Differences(Result));
        Assert.Contains("synonym, differences: 33.33", differences, StringComparison.Ordinal);
        Assert.Contains("omission, differences: 0", differences, StringComparison.Ordinal);
        var gain = FigureHtml.Describe(SelectivityFigures.GainByWordKind([new WordKindRow(WordKind.Name, 4, 6, 2, 4, 3, 5, 0.67, 0, 1)], "m"));
        Assert.Contains("name (4), taken away by the memory: 4 (3 to 5)", gain, StringComparison.Ordinal);
    }
}
