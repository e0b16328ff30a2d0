using ICAE.Lab.Data;
using ICAE.Lab.Data.HeldOut;

namespace ICAE.Lab.Tests.Data.HeldOut;

/// <summary>Sentences that share words in a row with a held-out text are cut out, and nothing else.</summary>
public sealed class HeldOutFilterTests
{
    [Fact]
    public void A_shared_passage_goes_with_the_sentences_around_it()
    {
        var filter = Filter(5, "It was then that the tin whale sang a song.");
        var (kept, cut) = Clean(filter, "Before it. He said that THE TIN WHALE sang, and left. After it.", "Another line.");

        Assert.Equal(["Before it. After it.", "Another line."], kept);
        Assert.Equal((15L, 4L, 9L, 1L, 0L), (cut.Words, cut.Sentences, cut.RemovedWords, cut.RemovedSentences, cut.RemovedParagraphs));
        Assert.Equal([KeyValuePair.Create("held", 1L)], cut.SentencesByHeldOut);
    }

    [Fact]
    public void Typography_does_not_hide_a_passage()
    {
        var filter = Filter(5, "“Don’t you see—the half-told tale?” cried Zoë.");

        Assert.Empty(Clean(filter, "dont you see the half").Kept);
        Assert.Empty(Clean(filter, "\"DON'T  YOU...   SEE, THE HALF\"").Kept);
        Assert.Empty(Clean(filter, "half told tale CRIED ZOË").Kept);
        Assert.Empty(Clean(filter, "half told tale cried Zoe\u0308").Kept);
        Assert.Empty(Clean(filter, "half told ta\u00ADle cri\u200Bed Zoë").Kept);
        Assert.Single(Clean(filter, "half told tale cried Zoe").Kept);
        Assert.Single(Clean(filter, "do not you see the half").Kept);
    }

    [Theory]
    [InlineData("one two three four", true)]
    [InlineData("one two three four five", false)]
    [InlineData("zero one two three four five six", false)]
    [InlineData("one two four three five", true)]
    public void A_passage_is_shared_from_so_many_words_in_a_row_on(string text, bool isKept) =>
        Assert.Equal(isKept, Clean(Filter(5, "one two three four five"), text).Kept.Count == 1);

    [Fact]
    public void Runs_go_over_sentences_and_paragraphs_on_both_sides()
    {
        var filter = Filter(6, "One two.", "Three four.", "Five six.");
        var (kept, cut) = Clean(filter, "Zero.", "Start here. One two three.", "—", "Four. Five", "six seven. End here.", "Last.");

        // A line without words is in nobody's way, and stays.
        Assert.Equal(["Zero.", "Start here.", "—", "End here.", "Last."], kept);
        Assert.Equal((4L, 1L), (cut.RemovedSentences, cut.RemovedParagraphs));
    }

    [Fact]
    public void What_is_not_shared_stays_to_the_last_character()
    {
        string[] text = ["  Odd   spacing.  Kept  as it is. ", "* * *", "", "Mr. A. left."];

        Assert.Equal(text, Clean(Filter(5, "nothing of this is in the text"), text).Kept);
    }

    [Fact]
    public void Sentences_that_stay_side_by_side_keep_what_is_between_them()
    {
        var (kept, _) = Clean(Filter(3, "cut me out"), "One.  Two.\u00A0Three. Cut me out. Four.  Five.");

        Assert.Equal(["One.  Two.\u00A0Three. Four.  Five."], kept);
    }

    [Fact]
    public void Texts_do_not_run_into_one_another()
    {
        var filter = new HeldOutFilter(4);
        filter.Add("a", ["one two"]);
        filter.Add("b", ["three four"]);
        filter.Add("b", ["five six seven eight"]);

        Assert.Equal((1, 2), (filter.Runs, filter.TooShort));
        Assert.Single(Clean(filter, "one two three four").Kept);
        Assert.Equal("b", Assert.Single(Clean(filter, "five six seven eight").Cut.SentencesByHeldOut).Key);
    }

    [Fact]
    public void Documents_are_cut_one_by_one_and_counted()
    {
        var cuts = new List<HeldOutCut>();
        var documents = Filter(3, "cut me out").Clean([new TextDocument("x", "Stay.\nCut me out. Stay too."), new TextDocument("y", "Cut me out!"), new TextDocument("z", "Stay.\n")], cuts).ToArray();

        Assert.Equal([new TextDocument("x", "Stay.\nStay too."), new TextDocument("z", "Stay.\n")], documents);
        Assert.Equal([("x", 1L), ("y", 1L), ("z", 0L)], cuts.Select(cut => (cut.Name, cut.RemovedSentences)));
    }

    [Fact]
    public void A_paragraph_is_given_out_as_soon_as_its_fate_is_known()
    {
        var (filter, read) = (Filter(3, "cut me out"), 0);
        using var kept = filter.Clean(Lines(), new HeldOutCut("x")).GetEnumerator();

        Assert.True(kept.MoveNext());
        Assert.Equal(("line number 0", 2), (kept.Current, read));

        IEnumerable<string> Lines()
        {
            for (var i = 0; ; i++)
            {
                read++;
                yield return $"line number {i}";
            }
        }
    }

    [Fact]
    public void The_cut_agrees_with_a_plain_search_on_random_texts()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var held = Words(random, 40);
            var lines = Enumerable.Range(0, 12).Select(_ => Words(random, random.Next(1, 9))).ToArray();
            var all = lines.SelectMany((line, i) => line.Select(word => (word, i))).ToArray();
            var runs = Enumerable.Range(0, held.Length - 3).Select(i => string.Join(' ', held[i..(i + 4)])).ToHashSet();
            var shared = Enumerable.Range(0, Math.Max(0, all.Length - 3)).Where(i => runs.Contains(string.Join(' ', all[i..(i + 4)].Select(pair => pair.word)))).SelectMany(i => all[i..(i + 4)].Select(pair => pair.i)).ToHashSet();

            var (kept, _) = Clean(Filter(4, string.Join(' ', held)), [.. lines.Select(line => string.Join(' ', line))]);
            Assert.Equal(lines.Where((_, i) => !shared.Contains(i)).Select(line => string.Join(' ', line)), kept);
        }

        static string[] Words(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => ((char)('a' + random.Next(4))).ToString())];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(101)]
    public void A_run_has_some_words(int words) => Assert.Throws<ConfigurationException>(() => new HeldOutFilter(words));

    private static HeldOutFilter Filter(int words, params string[] held)
    {
        var filter = new HeldOutFilter(words);
        filter.Add("held", held);
        return filter;
    }

    private static (IReadOnlyList<string> Kept, HeldOutCut Cut) Clean(HeldOutFilter filter, params string[] paragraphs)
    {
        var cut = new HeldOutCut("x");
        return ([.. filter.Clean(paragraphs, cut)], cut);
    }
}
