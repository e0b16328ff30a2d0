using ICAE.Lab.Data;
using ICAE.Lab.Tokens;
using ICAE.Lab.Training;

namespace ICAE.Lab.Tests.Training;

public sealed class PretrainingTextsTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("first paragraph of it\nsecond paragraph\nthird paragraph\nfourth and last", "first paragraph of it\nsecond paragraph\nthird paragraph\n", "fourth and last")]
    [InlineData("One sentence here. Another one there. And a third one. Last.", "One sentence here. Another one there. ", "And a third one. Last.")]
    [InlineData("A title\nThen one sentence. And a second one. And a third that is longer. Last.", "A title\nThen one sentence. And a second one. ", "And a third that is longer. Last.")]
    [InlineData("a single sentence that cannot be cut", "a single sentence that cannot be cut", "")]
    public void Without_a_split_the_end_of_each_text_is_held_out(string text, string trained, string held)
    {
        var path = Path.Combine(_tiny.Path, "a.txt");
        File.WriteAllText(path, text);
        var settings = new PretrainingSettings { Texts = [path] };

        var data = PretrainingTexts.Of(settings.Texts, settings.Validation).Prepare(Path.Combine(_tiny.Path, "run"), _tiny.Base, _ => { }, default);

        Assert.Equal(trained.TrimEnd(), Text(data.Training).TrimEnd());
        Assert.Equal(held, Text(data.Validation));
    }

    [Fact]
    public void Without_texts_one_book_of_the_validation_passages_is_learned_from_and_the_other_held_out()
    {
        var data = PretrainingTexts.Of([], []).Prepare(Path.Combine(_tiny.Path, "run"), _tiny.Base, _ => { }, default);

        var passages = Passages.Load(DataSplit.Validation);
        var last = passages[^1].Book;
        using var training = TokenShard.Open(data.Training);
        using var validation = TokenShard.Open(data.Validation);
        Assert.Equal(passages.Count(passage => passage.Book != last), training.DocumentCount);
        Assert.Equal(passages.Count(passage => passage.Book == last), validation.DocumentCount);
    }

    private string Text(string path)
    {
        using var shard = TokenShard.Open(path);
        var tokenizer = TokenizerFile.Load(_tiny.Base);
        return tokenizer.Decode(shard.Read(0, (int)shard.TokenCount), skipSpecialTokens: true);
    }
}
