using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;

namespace ICAE.Lab.Tests.Experiments.RestorationEvaluation;

[Collection("torch")]
public sealed class RestorationReportTests
{
    [Fact]
    public void The_report_says_what_the_model_is_and_shows_so_many_texts_of_each_kind()
    {
        using var model = TinyModel.Create();
        var settings = new RestorationSettings { Tokens = 9, Controls = true, Resamples = 10 };
        Passage[] passages = [.. Enumerable.Range(0, 4).Select(i => new Passage { Id = $"p{i}", Text = TinyBase.Text[i..], Book = "B" })];
        var result = RestorationEvaluator.Run(model, EvaluationTexts.Prepare(passages, model, settings), settings);

        var report = RestorationReport.Of(model, result, shown: 2);

        Assert.Equal(["p0", "p2", "p0", "p2", "p0", "p2"], report.Shown.Select(text => text.Memory.Original.Id));
        Assert.Equal(["ordinary", "patterned", "random"], report.Shown.Select(text => text.Memory.Original.Kind).Distinct());
        Assert.All(report.Shown, text => Assert.Equal((3, 3.0), (text.Slots, text.TokensPerSlot)));
        Assert.Contains("tiny-4x stands on a copying base", report.BaseStatement, StringComparison.Ordinal);
        Assert.Contains("base not stated, autoencoder not stated", report.BaseStatement, StringComparison.Ordinal);
        Assert.Contains(report.Settings, row => row is ("tokens, slots", "9 tokens on 3 slots in 1 span: 3 tokens a slot as used"));
        Assert.Contains(report.Limits, limit => limit.StartsWith("0 of 4 random texts", StringComparison.Ordinal));
        Assert.Contains(report.Limits, limit => limit.Contains("with 1 book they", StringComparison.Ordinal));
        Assert.Equal([ReadingCondition.TaskToken, ReadingCondition.BaseAlone], report.WithoutMemory.Select(entry => entry.Condition));
    }

    [Theory]
    [InlineData("0", "none")]
    [InlineData("0.3", "30 %")]
    [InlineData("much", "not stated")]
    public void The_share_of_random_ids_is_told_as_it_is_noted(string noted, string told)
    {
        var facts = new Dictionary<string, string> { ["random_share"] = noted };
        using var plain = TinyBase.Create();
        using var model = TinyModel.On(new BaseModel(plain.Transformer, plain.Tokenizer, "noted", BaseKind.Restoring, facts));
        var settings = new RestorationSettings { Tokens = 4, Resamples = 10 };
        var result = RestorationEvaluator.Run(model, EvaluationTexts.Prepare([new() { Id = "1", Ids = [5, 6, 7, 8] }], model, settings), settings);

        Assert.Contains($"base {told}, autoencoder not stated", RestorationReport.Of(model, result, 1).BaseStatement, StringComparison.Ordinal);
    }

    [Fact]
    public void Stretches_joined_are_the_texts_and_say_what_became_of_them()
    {
        var tokenizer = TinyBase.Tokenizer;
        int[] original = [.. tokenizer.Encode("a bright cold day, “in” April")];
        int[] restored = [.. original[..2], 250, .. original[3..5], .. original[7..], 251];
        var marked = MarkedRestoration.Of(Row(original, restored, "ordinary"), tokenizer);

        Assert.Equal(tokenizer.Decode(original), string.Concat(marked.Original.SelectMany(piece => piece.Tokens)));
        Assert.Equal(tokenizer.Decode(restored), string.Concat(marked.Restored.SelectMany(piece => piece.Tokens)));
        Assert.Equal([AlignmentKind.Match, AlignmentKind.Substitution, AlignmentKind.Match, AlignmentKind.Omission, AlignmentKind.Match], marked.Original.Select(piece => piece.Kind));
        Assert.Equal([AlignmentKind.Match, AlignmentKind.Substitution, AlignmentKind.Match, AlignmentKind.Match, AlignmentKind.Insertion], marked.Restored.Select(piece => piece.Kind));
        Assert.Equal([tokenizer.TokenText(250)], marked.Original[1].Counterpart);
        Assert.Equal(marked.Original[1].Tokens, marked.Restored[1].Counterpart);
        Assert.Empty(marked.Original[0].Counterpart);
        Assert.False(marked.IsExact);
        Assert.True(MarkedRestoration.Of(Row(original, original, "ordinary"), tokenizer).IsExact);
    }

    [Fact]
    public void Random_ids_are_shown_token_by_token()
    {
        int[] ids = [200, 130, 131, 7];
        var marked = MarkedRestoration.Of(Row(ids, [], "random"), TinyBase.Tokenizer);

        Assert.Equal(ids.Select(TinyBase.Tokenizer.TokenText), Assert.Single(marked.Original).Tokens);
        Assert.Empty(marked.Restored);
    }

    [Theory]
    [InlineData("a\nb\tc", "a↵b␉c")]
    [InlineData("\u001b[31m\u007f\u0085", "␛[31m␡\uFFFD")]
    [InlineData("\u202Eabc\u2066\uFFFE", "\uFFFDabc\uFFFD\uFFFD")]
    [InlineData("é😀", "é😀")]
    public void Nothing_that_a_terminal_acts_on_is_left(string text, string visible) => Assert.Equal(visible, VisibleText.Of(text));

    [Fact]
    public void Half_a_character_is_shown_as_such() => Assert.Equal("a\uFFFDb", VisibleText.Of("a\uD800b"));

    private static RestoredText Row(int[] original, int[] restored, string kind) => new(
        new EvaluationText("1", kind, original, "", null, null), ReadingCondition.Memory, restored, "", GenerationEnd.Length, 0, 0, 0, 0, [], []);
}
