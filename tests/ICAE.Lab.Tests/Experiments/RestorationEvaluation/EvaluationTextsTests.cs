using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;

namespace ICAE.Lab.Tests.Experiments.RestorationEvaluation;

[Collection("torch")]
public sealed class EvaluationTextsTests : IDisposable
{
    private readonly IcaeModel _model = TinyModel.Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_first_ids_of_long_enough_texts_are_taken_and_the_others_counted()
    {
        var whole = TinyBase.Tokenizer.Encode(TinyBase.Text);
        Passage[] passages =
        [
            new() { Id = "a", Text = TinyBase.Text, Book = "B", Chapter = 2 },
            new() { Id = "b", Text = "It" },
            new() { Id = "c", Kind = "story", Ids = [5, 6, 7, 8, 9] },
            new() { Id = "d", Kind = "story", Ids = [5, 6, 7] },
            new() { Id = "e", Kind = "story", Ids = [5] },
        ];

        var texts = EvaluationTexts.Prepare(passages, _model, new RestorationSettings { Tokens = 4 });

        Assert.Equal([("ordinary", 1), ("story", 2)], texts.Kinds);
        Assert.Equal(["a", "c"], texts.Texts.Select(text => text.Id));
        Assert.Equal(whole.Take(4), texts.Texts[0].Ids);
        Assert.Equal(("B", 2, TinyBase.Tokenizer.Decode([.. whole.Take(4)])), (texts.Texts[0].Book, texts.Texts[0].Chapter!.Value, texts.Texts[0].Text));
        Assert.Equal([5, 6, 7, 8], texts.Texts[1].Ids);
    }

    [Fact]
    public void Controls_are_derived_from_ordinary_texts_with_as_many_ids()
    {
        var last = TinyBase.Tokenizer.VocabularySize - 1;
        Passage[] passages = [new() { Id = "s", Kind = "story", Ids = [9, 9, 9] }, new() { Id = "o", Ids = [last, 1, 100], Book = "B" }, new() { Id = "short", Ids = [1] }];

        var texts = EvaluationTexts.Prepare(passages, _model, new RestorationSettings { Tokens = 3, Controls = true });

        Assert.Equal([("story", 0), ("ordinary", 1), ("patterned", 1), ("random", 1)], texts.Kinds);
        var (patterned, random) = (texts.Texts[2], texts.Texts[3]);

        // The vocabulary's one special id is 0: the last id goes over to the first that is not.
        Assert.Equal([1, 2, 101], patterned.Ids);
        Assert.Equal(("o", "patterned", "B"), (patterned.Id, patterned.Kind, patterned.Book));
        Assert.Equal(3, random.Ids.Count);
        Assert.DoesNotContain(0, random.Ids);
        Assert.NotEqual(texts.Texts[1].Ids, random.Ids);
    }

    [Fact]
    public void Without_ordinary_texts_the_controls_are_those_of_all()
    {
        var texts = EvaluationTexts.Prepare(
            [new() { Id = "1", Kind = "story", Ids = [9, 8] }, new() { Id = "1", Kind = "news", Ids = [7, 6] }], _model, new RestorationSettings { Tokens = 2, Controls = true });

        Assert.Equal([[9, 8], [7, 6], [10, 9], [8, 7]], texts.Texts.Take(4).Select(text => text.Ids));
        Assert.NotEqual(texts.Texts[4].Ids, texts.Texts[5].Ids);
    }

    [Fact]
    public void A_special_id_keeps_its_place_in_random_ids()
    {
        var texts = EvaluationTexts.Prepare([new() { Id = "1", Ids = [0, 8, 9] }], _model, new RestorationSettings { Tokens = 3, Controls = true });

        Assert.Equal([0, 9, 10], texts.Texts[1].Ids);
        Assert.Equal([true, false, false], texts.Texts[2].Ids.Select(id => id == 0));
    }

    [Fact]
    public void A_limit_spreads_over_the_texts_and_changes_none_of_them()
    {
        Passage[] passages = [.. Enumerable.Range(0, 9).Select(i => new Passage { Id = $"t{i}", Ids = [i + 1, i + 2, i + 3] }), new() { Id = "short", Ids = [1] }];
        var settings = new RestorationSettings { Tokens = 3, Controls = true };

        var all = EvaluationTexts.Prepare(passages, _model, settings);
        var some = EvaluationTexts.Prepare(passages, _model, settings with { Limit = 3 });

        Assert.Equal(["t0", "t3", "t6"], some.Texts.Take(3).Select(text => text.Id));
        Assert.Equal(9, some.Texts.Count);
        Assert.Equal([("ordinary", 1), ("patterned", 1), ("random", 1)], some.Kinds);
        foreach (var text in some.Texts)
            Assert.Equal(all.Texts.Single(other => (other.Kind, other.Id) == (text.Kind, text.Id)).Ids, text.Ids);
    }

    [Fact]
    public void Random_ids_are_the_seeds()
    {
        Passage[] passages = [new() { Id = "1", Ids = [.. Enumerable.Range(1, 20)] }];
        int[] Random(ulong seed) => [.. EvaluationTexts.Prepare(passages, _model, new RestorationSettings { Tokens = 20, Controls = true, Seed = seed }).Texts[2].Ids];

        Assert.Equal(Random(1), Random(1));
        Assert.NotEqual(Random(1), Random(2));
    }

    [Fact]
    public void What_cannot_be_done_is_refused_by_name()
    {
        var settings = new RestorationSettings { Tokens = 2, Controls = true };
        Assert.Contains("patterned", Fails<ConfigurationException>([new() { Id = "1", Kind = "patterned", Ids = [1, 2] }]), StringComparison.Ordinal);
        Assert.Contains("no text", Fails<ConfigurationException>([]), StringComparison.Ordinal);
        Assert.Contains("The text x has the id 999", Fails<IcaeException>([new() { Id = "x", Ids = [1, 999] }]), StringComparison.Ordinal);
        Assert.Contains("Tokens (0)", Assert.Throws<ConfigurationException>(() => EvaluationTexts.Prepare([], _model, settings with { Tokens = 0 })).Message, StringComparison.Ordinal);

        string Fails<T>(Passage[] passages)
            where T : Exception => Assert.Throws<T>(() => EvaluationTexts.Prepare(passages, _model, settings)).Message;
    }

    [Fact]
    public void Texts_that_share_an_id_are_told_apart_and_have_random_ids_of_their_own()
    {
        Passage[] passages = [.. Enumerable.Range(0, 4).Select(i => new Passage { Id = i < 3 ? "book" : "book (2)", Ids = [3, 4, 5, 6, 7, 8] })];

        var texts = EvaluationTexts.Prepare(passages, _model, new RestorationSettings { Tokens = 6, Controls = true });

        Assert.Equal(["book", "book (2)", "book (3)", "book (2) (2)"], texts.Texts.Take(4).Select(text => text.Id));
        var random = texts.Texts.Where(text => text.Kind == "random").Select(text => string.Join(' ', text.Ids)).ToArray();
        Assert.Equal(4, random.Distinct().Count());
        var alone = EvaluationTexts.Prepare(passages[..1], _model, new RestorationSettings { Tokens = 6, Controls = true });
        Assert.Equal(random[0], string.Join(' ', alone.Texts.Single(text => text.Kind == "random").Ids));
    }
}
