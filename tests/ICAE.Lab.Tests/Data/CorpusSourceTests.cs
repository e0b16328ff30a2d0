using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class CorpusSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_and_folders_of_texts_are_read_in_order()
    {
        Write("b/2.txt", "two");
        Write("b/1.jsonl", """{"id": "one", "text": "first"}""");
        Write("b/ignored.md", "no text");
        Write("a.txt", "alone");

        var documents = new CorpusSource([At("a.txt"), At("b")]).Documents(DataSplit.Train).ToArray();

        Assert.Equal([("a", "alone"), ("one", "first"), ("2", "two")], documents.Select(document => (document.Name, document.Text)));
    }

    [Fact]
    public void A_shard_stands_alone()
    {
        Write("some.tokens", "");
        Write("a.txt", "text");

        Assert.Equal(At("some.tokens"), new CorpusSource([At("some.tokens")]).Shard);
        Assert.Null(new CorpusSource([At("a.txt")]).Shard);
        Assert.Contains("stands alone", Assert.Throws<ConfigurationException>(() => new CorpusSource([At("a.txt"), At("some.tokens")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_or_holds_no_text_is_refused_at_once()
    {
        Write("empty/readme.md", "");

        Assert.StartsWith(At("missing"), Assert.Throws<ConfigurationException>(() => new CorpusSource([At("missing")])).Message, StringComparison.Ordinal);
        Assert.StartsWith(At("empty"), Assert.Throws<ConfigurationException>(() => new CorpusSource([At("empty")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_ids_is_no_training_text()
    {
        Write("ids.jsonl", """{"id": "x", "ids": [1, 2]}""");

        Assert.Contains("passage x", Assert.Throws<MalformedFileException>(() => new CorpusSource([At("ids.jsonl")]).Documents(DataSplit.Train).ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_a_manifest_brings_its_splits()
    {
        Write("books/v.txt", "held out");
        Write("books/manifest.json", """[{"file":"v.txt","title":"","author":"","source":"","commit":"","split":"validation","sha256":"7ba6e6b8ca9e33ab5e6f8b0eb68b9c9f"}]""");
        Write("training-only/manifest.json", """[{"file":"t.txt","title":"","author":"","source":"","commit":"","split":"train","sha256":""}]""");

        Assert.True(new CorpusSource([At("books")]).HasSplits);
        Assert.Throws<MalformedFileException>(() => new CorpusSource([At("books")]).Documents(DataSplit.Validation).Count());
        Assert.Empty(new CorpusSource([At("books")]).Documents(DataSplit.Train));
        Assert.False(new CorpusSource([At("training-only")]).HasSplits);
        Assert.False(new CorpusSource([]).HasSplits);
    }

    [Fact]
    public void Beside_a_corpus_with_splits_other_texts_are_for_training_alone()
    {
        Write("books/v.txt", "held out");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(At("books/v.txt"))));
        Write("books/manifest.json", $$"""[{"file":"v.txt","title":"","author":"","source":"","commit":"","split":"validation","sha256":"{{hash}}"}]""");
        Write("extra.txt", "to train on");

        var source = new CorpusSource([At("books"), At("extra.txt")]);

        Assert.Equal(["held out"], source.OwnValidation().Select(document => document.Text));
        Assert.Equal(["to train on"], source.Documents(DataSplit.Train).Select(document => document.Text));
    }

    [Fact]
    public void A_corpus_below_a_folder_is_not_read_without_its_splits()
    {
        Write("above/a.txt", "text");
        Write("above/books/manifest.json", "[]");

        var error = Assert.Throws<ConfigurationException>(() => new CorpusSource([At("above")]));

        Assert.StartsWith(At("above/books"), error.Message, StringComparison.Ordinal);
        Assert.Contains("splits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_broken_off_cleaning_left_behind_is_passed_over()
    {
        Write("texts/a.txt", "text");
        Write("texts/clean.0123.partial/b.txt", "half");

        Assert.Equal(["text"], new CorpusSource([At("texts")]).Documents(DataSplit.Train).Select(document => document.Text));
    }

    private string At(string name) => _folder.File(name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }

    [SkippableFact]
    public void Links_are_followed_but_for_those_that_lead_back()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links and permissions of files are not those of Unix on Windows.");

        Write("in/a.txt", "text");
        Write("far.txt", "linked");
        Directory.CreateSymbolicLink(At("in/one"), At("in"));
        Directory.CreateSymbolicLink(At("in/two"), At("in"));
        File.CreateSymbolicLink(At("in/b.txt"), At("far.txt"));
        Write("elsewhere/c.txt", "below");
        Directory.CreateSymbolicLink(At("in/three"), At("elsewhere"));
        Directory.CreateSymbolicLink(At("in/four"), At("elsewhere"));

        Assert.Equal(["text", "linked", "below"], new CorpusSource([At("in")]).Documents(DataSplit.Train).Select(document => document.Text));
    }
}
