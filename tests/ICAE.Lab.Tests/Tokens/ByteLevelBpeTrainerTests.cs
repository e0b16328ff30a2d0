using System.Text.Json;
using FsCheck.Xunit;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Tokens;

public sealed class ByteLevelBpeTrainerTests
{
    private static readonly string[] Rhyme =
    [
        "It was the best of times, it was the worst of times,",
        "it was the age of wisdom, it was the age of foolishness, in 1859",
        "naïve café \uD83D\uDE00\uD83D\uDE00 don't can't won't 1234 12 1234",
    ];

    [Fact]
    public void A_small_case_worked_by_hand()
    {
        // Pieces: "low" 5 times, "lower" 2, "newest" 6, "widest" 3. Pairs: e s 9, s t 9, w e 8, l o 7, o w 7, n e 6, e w 6, …
        // "e" 'h' … symbols stand in code-point order, so that "es" goes before "st". Then es t 9, l o 7 before o w 7,
        // lo w 7; then e w 6 before n e 6, …
        var texts = Repeat("low", 5).Concat(Repeat("lower", 2)).Concat(Repeat("newest", 6)).Concat(Repeat("widest", 3));

        var trained = Train(texts, 1 + 256 + 5);

        Assert.Equal([("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w"), ("e", "w")], trained.Merges);
        Assert.Equal("<|endoftext|>", trained.Tokens[0]);
        Assert.Equal(["es", "est", "lo", "low", "ew"], trained.Tokens.Skip(257));

        static IEnumerable<string> Repeat(string text, int times) => Enumerable.Repeat(text, times);
    }

    [Fact]
    public void Overlapping_pairs_are_merged_from_the_left()
    {
        var trained = Train(["aaaaaaaa", "aaaaaaaa"], 1 + 256 + 2);

        Assert.Equal([("a", "a"), ("aa", "aa")], trained.Merges);
        Assert.Equal(["aaaa", "aa", "a"], trained.ToTokenizer().Encode("aaaaaaa").Select(trained.ToTokenizer().TokenText));
    }

    [Fact]
    public void Training_ends_when_no_pair_is_frequent_enough()
    {
        var trained = Train(["abab cdcd"], 5000);

        Assert.Equal([("a", "b"), ("c", "d")], trained.Merges);
    }

    [Fact]
    public void Equal_texts_give_equal_files_in_any_order_of_the_texts()
    {
        var first = Train(Rhyme, 320).ToJson();

        Assert.Equal(first, Train(Rhyme, 320).ToJson());
        Assert.Equal(first, Train(Rhyme.Reverse(), 320).ToJson());
    }

    [Fact]
    public void Every_merge_is_the_most_frequent_pair_of_a_plain_count()
    {
        var texts = File.ReadAllLines(Path.Combine(TextReference.Folder("byte-level-bpe"), "reference.json"));

        var trained = Train(texts, 600);

        Assert.Equal(PlainBpe.Train(texts, 600 - 257, 2), trained.Merges);
    }

    [Fact]
    public void Every_byte_is_there_and_every_string_comes_back()
    {
        var tokenizer = Train([], 257).ToTokenizer();
        var text = string.Concat(Enumerable.Range(0, 0x300).Select(unit => (char)unit)) + "\u3042\uD83D\uDE00";

        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        Assert.Equal(257, tokenizer.VocabularySize);
        Assert.Equal(0, tokenizer.EosId);
        Assert.Equal([0], tokenizer.SpecialIds);
    }

    [Fact]
    public void Digits_stay_apart_where_asked()
    {
        var tokenizer = new ByteLevelBpeTrainer(new ByteLevelBpeTrainerOptions { VocabularySize = 400, SplitDigits = true })
            .Train(Rhyme.Concat(Rhyme)).ToTokenizer();

        Assert.Equal(["1", "2", "3", "4"], tokenizer.Encode("1234").Select(tokenizer.TokenText));
        Assert.Equal([" ", "1"], tokenizer.Encode(" 1").Select(tokenizer.TokenText));
        Assert.Single(Train(Rhyme.Concat(Rhyme), 400).ToTokenizer().Encode(" 1234"));
    }

    [Fact]
    public void The_file_has_the_keys_and_structure_of_the_reference()
    {
        var folder = TextReference.Folder("byte-level-bpe");
        var options = new ByteLevelBpeTrainerOptions { VocabularySize = 300, SpecialTokens = ["<unk>", "<s>", "</s>"], BeginToken = "<s>" };
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "tokenizer.json")));
        using var actual = JsonDocument.Parse(new ByteLevelBpeTrainer(options).Train(Rhyme.Concat(Rhyme)).ToJson());

        Assert.Equal(Outline(expected.RootElement, ""), Outline(actual.RootElement, ""));
        Assert.Equal(
            expected.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject().Take(259).Select(item => (item.Name, item.Value.GetInt32())),
            actual.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject().Take(259).Select(item => (item.Name, item.Value.GetInt32())));
    }

    [Fact]
    public void A_saved_tokenizer_loads_with_the_same_ids_and_fingerprint()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var trained = Train(Rhyme, 300);
        trained.Save(folder);

        var loaded = TokenizerFile.Load(folder);

        Assert.Equal(trained.ToTokenizer().Fingerprint, loaded.Fingerprint);
        Assert.All(Rhyme, text => Assert.Equal(trained.ToTokenizer().Encode(text), loaded.Encode(text)));
        Assert.Equal([Path.Combine(folder, "tokenizer.json")], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Cancellation_ends_training_and_progress_is_told()
    {
        using var source = new CancellationTokenSource();
        var reports = new List<BpeTrainingProgress>();
        var trainer = new ByteLevelBpeTrainer(new ByteLevelBpeTrainerOptions { VocabularySize = 300 });

        var trained = trainer.Train(Rhyme, new Collector(reports));
        source.Cancel();

        Assert.NotEmpty(trained.Merges);
        Assert.Equal(new BpeTrainingProgress(3, trained.Merges.Count, 43), reports[^1]);
        Assert.Throws<OperationCanceledException>(() => trainer.Train(Rhyme, cancellation: source.Token));
    }

    [Theory]
    [InlineData(256, "<s>", null, 2, "VocabularySize")]
    [InlineData(300, "x", null, 2, "SpecialTokens")]
    [InlineData(300, "<s>", "</s>", 2, "BeginToken")]
    [InlineData(300, "<s>", null, 0, "MinimumPairFrequency")]
    public void Settings_that_contradict_each_other_are_named(int size, string special, string? begin, int frequency, string named)
    {
        var options = new ByteLevelBpeTrainerOptions
        {
            VocabularySize = size,
            SpecialTokens = [special],
            BeginToken = begin,
            MinimumPairFrequency = frequency,
        };

        Assert.StartsWith(named, Assert.Throws<ConfigurationException>(() => new ByteLevelBpeTrainer(options)).Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 200)]
    public bool Training_agrees_with_a_plain_count(string[] texts)
    {
        var known = texts.Where(text => text is not null).ToArray();

        return PlainBpe.Train(known, 20, 2).SequenceEqual(Train(known, 257 + 20).Merges);
    }

    private static TrainedBpe Train(IEnumerable<string> texts, int size) =>
        new ByteLevelBpeTrainer(new ByteLevelBpeTrainerOptions { VocabularySize = size }).Train(texts);

    // Keys and kinds of values in order; of the vocabulary and the merges only the first entry, of repeated items only the first.
    private static List<string> Outline(JsonElement element, string place)
    {
        List<string> lines = [$"{place} {element.ValueKind}"];
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in place == "/model/vocab" ? element.EnumerateObject().Take(1) : element.EnumerateObject())
            {
                lines.AddRange(Outline(property.Value, $"{place}/{property.Name}"));
            }
        }

        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in place == "/model/merges" ? element.EnumerateArray().Take(1) : element.EnumerateArray())
            {
                lines.AddRange(Outline(item, place + "[]"));
            }
        }

        if (place is not ("/model/vocab" or "/model/merges") && !place.StartsWith("/model/vocab/", StringComparison.Ordinal)
            && !place.StartsWith("/model/merges[]", StringComparison.Ordinal)
            && element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            lines.Add(element.GetRawText());
        return lines;
    }

    private sealed class Collector(List<BpeTrainingProgress> reports) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value) => reports.Add(value);
    }
}
