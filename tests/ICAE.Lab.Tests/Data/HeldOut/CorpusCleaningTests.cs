using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Data;
using ICAE.Lab.Data.HeldOut;

namespace ICAE.Lab.Tests.Data.HeldOut;

/// <summary>Files and corpora are cleaned into a new folder, and the old ones stay.</summary>
public sealed class CorpusCleaningTests : IDisposable
{
    private const string Shared = "It was the tin whale that sang at dawn.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Output => _folder.File("clean");

    private CleaningRequest Request(params string[] texts) => new() { Texts = texts, HeldOut = [_folder.Write("held.txt", $"Nothing.\n{Shared}\n")], Output = Output, Words = 5 };

    [Fact]
    public void Files_and_folders_keep_their_names_and_what_is_not_shared()
    {
        Directory.CreateDirectory(_folder.File("in/below"));
        _folder.Write("in/a.txt", $"First line.\n{Shared} And more.\n");
        _folder.Write("in/below/b.jsonl", $"{{\"id\":\"x\",\"text\":\"{Shared} It’s so.\\nYes.\",\"mine\":[1,2]}}\n\n{{\"text\":\"{Shared}\"}}\n  {{ \"text\" : \"Untouched.\" }}\n");
        var alone = _folder.Write("alone.txt", "Alone.");
        var removed = new List<RemovedSentence>();
        var result = CorpusCleaning.Run(Request(_folder.File("in"), alone) with { Removed = removed.Add });

        Assert.Equal("First line.\nAnd more.\n", File.ReadAllText(Path.Combine(Output, "a.txt")));
        Assert.Equal("{\"id\":\"x\",\"text\":\"It’s so.\\nYes.\",\"mine\":[1,2]}\n  { \"text\" : \"Untouched.\" }\n", File.ReadAllText(Path.Combine(Output, "below", "b.jsonl")));
        Assert.Equal("Alone.\n", File.ReadAllText(Path.Combine(Output, "alone.txt")));
        Assert.Equal([("a.txt", 1L), ("below/b.jsonl", 2L), ("alone.txt", 0L)], result.Cuts.Select(cut => (cut.Name, cut.RemovedSentences)));
        Assert.Equal(new RemovedSentence("a.txt", "held.txt", Shared), removed[0]);
        Assert.Equal(3, removed.Count);
        Assert.Equal(1, result.HeldOutTexts);
        Assert.Equal($"First line.\n{Shared} And more.\n", File.ReadAllText(_folder.File("in/a.txt")));
    }

    [Fact]
    public void A_corpus_holds_its_own_splits_out_and_keeps_its_manifest()
    {
        Corpus(("a.txt", "train", $"Mine.\n{Shared}\nAlso held: we shall go no more a-roving.\n"), ("b.txt", "validation", $"{Shared}\n"), ("c.txt", "test", "Other words.\n"));
        var result = CorpusCleaning.Run(new CleaningRequest { Texts = [_folder.File("corpus")], HeldOut = [_folder.Write("held.txt", "We shall go no more.")], Output = Output, Words = 5 });

        var corpus = BookCorpus.Open(Output);
        Assert.Equal("Mine.\n", Assert.Single(corpus.Documents(DataSplit.Train)).Text);
        Assert.Equal($"{Shared}\n", Assert.Single(corpus.Documents(DataSplit.Validation)).Text);
        var entry = JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "manifest.json")))![0]!;
        Assert.Equal(("kept as it is", 6, 1, 2), (entry["licence"]!.GetValue<string>(), entry["characters"]!.GetValue<int>(), entry["paragraphs"]!.GetValue<int>(), entry["cleaned"]!["removed_sentences"]!.GetValue<int>()));
        Assert.Equal(["b.txt", "held.txt"], Assert.Single(result.Cuts).SentencesByHeldOut.Keys);
        Assert.Equal(3, result.HeldOutTexts);
    }

    [Fact]
    public void The_same_texts_give_the_same_files()
    {
        Corpus(("a.txt", "train", $"Mine.\n{Shared}\n"), ("b.txt", "test", Shared));
        foreach (var output in (string[])["one", "two"])
            CorpusCleaning.Run(new CleaningRequest { Texts = [_folder.File("corpus")], Output = _folder.File(output), Words = 5 });

        foreach (var file in (string[])["a.txt", "b.txt", "manifest.json"])
            Assert.Equal(File.ReadAllBytes(_folder.File($"one/{file}")), File.ReadAllBytes(_folder.File($"two/{file}")));
    }

    [Fact]
    public void The_passages_of_the_repository_are_held_out_by_their_books()
    {
        var passage = Passages.Load(DataSplit.Test)[0];
        var text = _folder.Write("mine.txt", $"My own words.\n{passage.Text}\nMy own words again.\n");
        var result = CorpusCleaning.Run(new CleaningRequest { Texts = [text], HeldOut = [DatasetFolder.Find("passages")], Output = Output });

        Assert.Equal("My own words.\nMy own words again.\n", File.ReadAllText(Path.Combine(Output, "mine.txt")));
        Assert.Equal(passage.Book, Assert.Single(Assert.Single(result.Cuts).SentencesByHeldOut).Key);
        Assert.Equal(312, result.HeldOutTexts);
    }

    [Fact]
    public void What_makes_no_sense_is_refused_and_leaves_nothing()
    {
        var text = _folder.Write("a.txt", "Some text.");
        Directory.CreateDirectory(_folder.File("b"));
        _folder.Write("b/a.txt", "Another text.");
        _folder.Write("shard.tokens", "");
        Corpus(("c.txt", "train", "Text."));
        foreach (var (request, told) in ((CleaningRequest, string)[])
        [
            (Request(text) with { HeldOut = [] }, "No text is held out"),
            (Request(text) with { HeldOut = [text] }, "held out as well"),
            (Request(text) with { HeldOut = [_folder.Write("short.txt", "Four words are few.")] }, "5 words in a row"),
            (Request(text) with { Output = _folder.File("b") }, "something is there already"),
            (Request(text, _folder.File("b")), "would both become"),
            (Request(text, _folder.File("corpus")), "by itself"),
            (Request(_folder.File("none.txt")), "no such file"),
            (Request(_folder.File("shard.tokens")), "before they become tokens"),
            (Request(text) with { Words = 1 }, "2 to 100"),
        ])
        {
            Assert.Contains(told, Assert.Throws<ConfigurationException>(() => CorpusCleaning.Run(request)).Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(Output));
        Assert.Empty(Directory.GetDirectories(_folder.Path, "*.partial"));
    }

    [Fact]
    public void A_line_that_cannot_be_read_leaves_nothing()
    {
        foreach (var (line, told) in ((string, string)[])[("{\"ids\": [1]}", "ids and no text"), ("{\"text\": \"a\"", "not valid JSON"), ("{\"text\": \"a\", \"text\": \"b\"}", "a key twice")])
        {
            var text = _folder.Write("bad.jsonl", line);
            Assert.Contains(told, Assert.Throws<MalformedFileException>(() => CorpusCleaning.Run(Request(text))).Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Output));
        }

        Assert.Empty(Directory.GetDirectories(_folder.Path, "*.partial"));
    }

    [Fact]
    public void Stopped_it_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => CorpusCleaning.Run(Request(_folder.Write("a.txt", "One.\nTwo.\n")), _ => source.Cancel(), source.Token));

        Assert.Equal(["a.txt", "held.txt"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    private void Corpus(params (string File, string Split, string Text)[] books)
    {
        Directory.CreateDirectory(_folder.File("corpus"));
        var manifest = new JsonArray();
        foreach (var (file, split, text) in books)
        {
            _folder.Write($"corpus/{file}", text);
            manifest.Add(new JsonObject
            {
                ["file"] = file,
                ["title"] = file,
                ["author"] = "N. N.",
                ["source"] = "somewhere",
                ["commit"] = "1",
                ["licence"] = "kept as it is",
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
                ["split"] = split,
            });
        }

        _folder.Write("corpus/manifest.json", manifest.ToJsonString());
    }

    [Fact]
    public void A_slash_at_the_end_of_the_output_is_no_part_of_its_name()
    {
        var text = _folder.Write("a.txt", $"Mine.\n{Shared}\n");

        CorpusCleaning.Run(Request(text) with { Output = Output + Path.DirectorySeparatorChar });

        Assert.Equal("Mine.\n", File.ReadAllText(Path.Combine(Output, "a.txt")));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder.Path), path => path.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void A_training_book_of_a_corpus_is_not_held_out()
    {
        Corpus(("a.txt", "train", $"Mine.\n{Shared}\n"), ("b.txt", "test", Shared));

        var error = Assert.Throws<ConfigurationException>(() => CorpusCleaning.Run(
            new CleaningRequest { Texts = [_folder.File("corpus")], HeldOut = [_folder.File("corpus/a.txt")], Output = Output, Words = 5 }));

        Assert.Contains("held out as well", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(Output));
    }

    [Fact]
    public void A_passage_whose_book_is_an_empty_name_counts_to_its_file()
    {
        var text = _folder.Write("a.txt", $"Mine.\n{Shared}\n");
        var held = _folder.Write("held.jsonl", $"{{\"text\":\"{Shared}\",\"book\":\"\"}}\n");

        var result = CorpusCleaning.Run(new CleaningRequest { Texts = [text], HeldOut = [held], Output = Output, Words = 5 });

        Assert.Equal(["held.jsonl"], Assert.Single(result.Cuts).SentencesByHeldOut.Keys);
    }

    [Fact]
    public void A_manifest_may_begin_with_a_byte_order_mark()
    {
        Corpus(("a.txt", "train", $"Mine.\n{Shared}\n"), ("b.txt", "test", Shared));
        var manifest = _folder.File("corpus/manifest.json");
        File.WriteAllText(manifest, "\uFEFF" + File.ReadAllText(manifest));

        CorpusCleaning.Run(new CleaningRequest { Texts = [_folder.File("corpus")], Output = Output, Words = 5 });

        Assert.Equal("Mine.\n", File.ReadAllText(Path.Combine(Output, "a.txt")));
    }
}
