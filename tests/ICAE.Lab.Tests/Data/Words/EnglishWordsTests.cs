using ICAE.Lab.Data.Words;

namespace ICAE.Lab.Tests.Data.Words;

public sealed class EnglishWordsTests
{
    [Fact]
    public void A_text_is_taken_apart_into_words_and_marks_with_their_kinds()
    {
        const string Text = "“Toad didn’t listen,” said Mr. Badger. The 12 boats of London sank twice—once by night!";
        var words = EnglishWords.Of(Text);

        Assert.All(words, word => Assert.Equal(word.Text, Text[word.Start..word.End]));
        Assert.Equal(
            ["“", "Toad", "didn’t", "listen", ",", "”", "said", "Mr", ".", "Badger", ".", "The", "12", "boats", "of", "London", "sank", "twice", "—", "once", "by", "night", "!"],
            words.Select(word => word.Text));
        Assert.Equal(WordKind.Content, Kind("Toad"));
        Assert.Equal(WordKind.Function, Kind("didn’t"));
        Assert.Equal(WordKind.Name, Kind("Mr"));
        Assert.Equal(WordKind.Name, Kind("Badger"));
        Assert.Equal(WordKind.Function, Kind("The"));
        Assert.Equal(WordKind.Number, Kind("12"));
        Assert.Equal(WordKind.Name, Kind("London"));
        Assert.Equal(WordKind.Number, Kind("twice"));
        Assert.Equal(WordKind.Content, Kind("night"));
        Assert.Equal(WordKind.Punctuation, Kind("—"));

        WordKind Kind(string word) => words.Single(each => each.Text == word).Kind;
    }

    [Fact]
    public void Nothing_of_a_text_is_left_out_but_white_space()
    {
        foreach (var text in (string[])["", " \n ", "naïve café, 3.14 €", "x", "a\u0301b 😀 ’tis", "…"])
            Assert.Equal(string.Concat(text.Where(c => !char.IsWhiteSpace(c))), string.Concat(EnglishWords.Of(text).Select(word => word.Text)));
    }

    [Theory]
    [InlineData("abandoned", "deserted", true)]
    [InlineData("Abandoned", "derelict", true)]
    [InlineData("stomachs", "bellies", true)]
    [InlineData("lantern", "window", false)]
    [InlineData("walk", "walked", false)]
    [InlineData("", "", false)]
    public void Synonyms_are_found_whatever_their_endings(string first, string second, bool expected)
    {
        Assert.Equal(expected, Synonyms.Are(first, second));
        Assert.Equal(expected, Synonyms.Are(second, first));
    }

    [Theory]
    [InlineData("walk", "walked", true)]
    [InlineData("carry", "carried", true)]
    [InlineData("stop", "stopping", true)]
    [InlineData("The", "the", true)]
    [InlineData("sister", "sister’s", true)]
    [InlineData("go", "went", false)]
    [InlineData("house", "horse", false)]
    [InlineData("then", "the", false)]
    [InlineData("find", "fine", false)]
    [InlineData("mother", "moth", false)]
    [InlineData("flower", "flow", false)]
    [InlineData("hers", "here", false)]
    [InlineData("land", "lane", false)]
    [InlineData("seed", "see", false)]
    [InlineData("hoped", "hope", true)]
    public void Forms_of_one_word_are_found(string first, string second, bool expected) => Assert.Equal(expected, Synonyms.AreForms(first, second));

    [Fact]
    public void A_character_beyond_the_basic_plane_is_one_mark() =>
        Assert.Equal(["a", "😀", "b"], EnglishWords.Of("a 😀 b").Select(word => word.Text));
}
