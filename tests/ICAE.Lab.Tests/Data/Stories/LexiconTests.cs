using ICAE.Lab.Data.Stories;

namespace ICAE.Lab.Tests.Data.Stories;

public sealed class LexiconTests
{
    public static TheoryData<StoryFactKind> Kinds => [.. Enum.GetValues<StoryFactKind>().Where(kind => kind > StoryFactKind.Looks)];

    [Fact]
    public void Every_entry_can_be_read() => Assert.All(Lexicon.All, section =>
    {
        Assert.NotEmpty(section.All);
        foreach (var entry in section.All)
        {
            Assert.NotEmpty(entry.Template.Nodes);
            if (section.Name.StartsWith("why.", StringComparison.Ordinal))
                Assert.All(Enumerable.Range(0, entry.Fields.Length), field => Assert.NotEmpty(entry.Wording(field).Nodes));
        }
    });

    [Fact]
    public void Lists_of_words_have_no_entry_twice() => Assert.All(
        new[] { "given.m", "given.f", "surnames", "villages", "trades", "places", "spots", "things", "food", "illness", "promise", "scenes" },
        name => Assert.Equal(Lexicon.Section(name).All.Count, Lexicon.Section(name).All.Select(entry => entry.Text).Distinct().Count()));

    [Fact]
    public void Trades_that_name_a_sex_are_of_that_sex() => Assert.All(Lexicon.Section("trades").All, entry =>
    {
        if (System.Text.RegularExpressions.Regex.IsMatch(entry.Text, "(mistress|woman|maid|wife|girl)$"))
            Assert.True(entry.Has(StoryTags.Female), entry.Text);
        if (System.Text.RegularExpressions.Regex.IsMatch(entry.Text, "((?<!wo)man|(?<!school)master|schoolmaster|boy)$"))
            Assert.True(entry.Has(StoryTags.Male), entry.Text);
    });

    // Else a fact would count as told that a wording leaves out.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_wording_names_what_its_fact_says(StoryFactKind kind)
    {
        var entries = new[] { KindWordings.Predicates(kind), KindWordings.Sentences(kind) }.OfType<LexiconSection>().SelectMany(section => section.All).ToArray();
        Assert.NotEmpty(entries);
        foreach (var role in new[] { "B", "C", "O", "X", "P", "Q", "S", "N", "K" }.Where(role => entries.Any(entry => entry.Template.Uses(role))))
        {
            Assert.All(
                entries.Where(entry => role != "Q" || entry.Has(StoryTags.Long)),
                entry => Assert.True(entry.Template.Uses(role), $"{kind}: {role} is missing in: {entry.Text}"));
        }
        Assert.All(KindWordings.Sentences(kind)?.All ?? [], entry => Assert.True(kind is StoryFactKind.Mishap or StoryFactKind.Weather || entry.Template.Uses("A"), entry.Text));
    }

    [Theory]
    [InlineData("give", "gave", "given", "giving")]
    [InlineData("carry", "carried", "carried", "carrying")]
    [InlineData("lie", "lay", "lain", "lying")]
    [InlineData("stop", "stopped", "stopped", "stopping")]
    [InlineData("make", "made", "made", "making")]
    [InlineData("walk", "walked", "walked", "walking")]
    [InlineData("stay", "stayed", "stayed", "staying")]
    public void Verbs_are_inflected(string infinitive, string past, string participle, string gerund) =>
        Assert.Equal(new VerbForms(infinitive, past, participle, gerund), VerbForms.Of(infinitive));

    [Theory]
    [InlineData("apple", "an")]
    [InlineData("Uncle", "an")]
    [InlineData("useful", "a")]
    [InlineData("hour", "an")]
    [InlineData("house", "a")]
    [InlineData("one-eyed", "a")]
    [InlineData("yew", "a")]
    public void Articles_follow_the_sound(string word, string article) => Assert.Equal(article, English.Article(word));

    [Theory]
    [InlineData(1, "one", "1st")]
    [InlineData(11, "eleven", "11th")]
    [InlineData(22, "twenty-two", "22nd")]
    [InlineData(13, "thirteen", "13th")]
    [InlineData(40, "forty", "40th")]
    public void Numbers_are_written_out(int number, string words, string ordinal) =>
        Assert.Equal((words, ordinal), (English.InWords(number), English.Ordinal(number)));
}
