using ICAE.Lab.Data;
using ICAE.Lab.Data.Words;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Experiments.MemorySelectivity;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;

namespace ICAE.Lab.Tests.Experiments.MemorySelectivity;

[Collection("torch")]
public sealed class MemorySelectivityTests
{
    [Fact]
    public void Each_token_has_the_surprisals_of_the_evaluation_and_the_word_that_it_stands_in()
    {
        using var model = TinyModel.Create(TinyIcae.Config);
        var passages = Enumerable.Range(0, 3).Select(i => new Passage { Id = $"p{i}", Text = string.Concat(Enumerable.Repeat(TinyBase.Text[(7 * i)..], 2)), Book = i < 2 ? "First" : "Second" }).ToArray();
        var result = MemorySelectivityExperiment.Run(model, passages, new RestorationSettings { Tokens = 11, Resamples = 10 });

        Assert.Equal(33, result.Tokens.Count);
        var memory = result.Restorations.Texts.Single(text => text.Original.Id == "p1" && text.Condition == ReadingCondition.Memory);
        var alone = result.Restorations.Texts.Single(text => text.Original.Id == "p1" && text.Condition == ReadingCondition.BaseAlone);
        var own = result.Tokens.Where(token => token.TextId == "p1").ToList();
        Assert.Equal(memory.TokenLosses.Select(loss => (double)loss), own.Select(token => token.With));
        Assert.Equal(alone.TokenLosses.Select(loss => (double)loss), own.Select(token => token.Without));
        Assert.Equal(memory.Original.Text, string.Concat(own.Select(token => token.Token)));
        Assert.All(own, token => Assert.True(token.Word.Length == 0 ? string.IsNullOrWhiteSpace(token.Token) : token.Word.Contains(token.Token.Trim()[0], StringComparison.Ordinal)));
        Assert.Equal(result.Words, result.Restorations.Texts.Where(text => text.Condition == ReadingCondition.Memory).Sum(text => EnglishWords.Of(text.Original.Text).Count));

        Assert.Equal(result.Restorations.Texts.Where(text => text.Condition == ReadingCondition.Memory).Sum(text => text.Ids.Count), result.Restored.Count);

        // What was written from the memory is told in its own order, and the base's surprisal at it is that of the base reading the restoration.
        var written = result.Restored.Where(token => token.TextId == "p1").ToList();
        Assert.Equal(Enumerable.Range(0, memory.Ids.Count), written.Select(token => token.Position));
        Assert.Equal(memory.Text, string.Concat(written.Select(token => token.Token)));
        var (losses, likeliest) = ContextReading.Force(model.Base.Transformer, [[model.OpeningId!.Value]], [[.. memory.Ids]]);
        Assert.All(losses.Zip(written), pair => Assert.Equal(pair.First, pair.Second.Without, 1e-4));
        Assert.Equal(likeliest, written.Select(token => token.LikeliestWithout));
        Assert.Equal(Alignment.Align(memory.Original.Ids, memory.Ids).Matches, written.Count(token => token.Alignment == AlignmentKind.Match));

        var rows = MemorySelectivityExperiment.ByWordKind(result, resamples: 20);
        Assert.Equal(result.Tokens.Count(token => token.Word.Length > 0), rows.Sum(row => row.Tokens));
        foreach (var row in rows)
        {
            Assert.Equal(row.Without - row.With, row.Gain, 1e-6);
            Assert.Equal(row.Gain / row.Without, row.Share, 1e-9);
        }
    }

    [Fact]
    public void Passages_of_one_id_and_of_other_kinds_are_taken_and_those_without_words_are_not()
    {
        using var model = TinyModel.Create(TinyIcae.Config);
        var text = string.Concat(Enumerable.Repeat(TinyBase.Text, 2));
        Passage[] passages = [new() { Id = "1", Text = text }, new() { Id = "1", Text = text[5..], Kind = "story" }, new() { Id = "2", Text = text, Kind = "patterned" }];

        Assert.Equal(22, MemorySelectivityExperiment.Run(model, passages, new RestorationSettings { Tokens = 11, Resamples = 10 }).Tokens.Count);
    }

    [Fact]
    public void One_text_is_measured_whole_or_its_beginning()
    {
        using var model = TinyModel.Create(TinyIcae.Config);
        var text = TinyBase.Text;
        var length = model.Encode(text).Count;

        Assert.Equal(Math.Min(length, 9), MemorySelectivityExperiment.Run(model, text, tokens: 9).Tokens.Count);
        Assert.Throws<ConfigurationException>(() => MemorySelectivityExperiment.Run(model, ""));
    }

    [Fact]
    public void Where_a_token_comes_from_follows_from_who_had_it_right()
    {
        Assert.Equal(TokenOrigin.Predicted, Token(true, true).Origin);
        Assert.Equal(TokenOrigin.Remembered, Token(false, true).Origin);
        Assert.Equal(TokenOrigin.Misled, Token(true, false).Origin);
        Assert.Equal(TokenOrigin.Lost, Token(false, false).Origin);
        Assert.Equal(2.5, Token(false, true).Gain);

        static TokenGain Token(bool without, bool with) => new("a", 0, "x", "x", WordKind.Content, 3, 0.5, without, with);
    }

    [Theory]
    [InlineData("He walked to the deserted house.", "He walks to the abandoned house.", "Form:walked>walks Synonym:deserted>abandoned")]
    [InlineData("He ran away.", "He away.", "Omission:ran>")]
    [InlineData("He ran away.", "He ran far away.", "Insertion:>far")]
    [InlineData("the red lamp burned", "the blue lamp burned", "Other:red>blue")]
    [InlineData("one two three four", "two three four one", "Order:one>one")]
    [InlineData("All is well.", "All is well.", "")]
    public void Differences_are_classed_word_by_word(string original, string restored, string expected) => Assert.Equal(
        expected,
        string.Join(' ', MemorySelectivityExperiment.Differences("t", original, restored).Select(difference => $"{difference.Difference}:{difference.Original}>{difference.Restored}")));
}
