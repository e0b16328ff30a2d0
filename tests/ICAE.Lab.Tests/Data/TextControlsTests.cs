using FsCheck;
using FsCheck.Xunit;
using ICAE.Lab.Data;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Tests.Data;

public sealed class TextControlsTests
{
    private static readonly ByteTokenizer Bytes = new();
    private readonly TextControls _controls = new(Bytes);

    [Fact]
    public void Patterned_ids_wrap_around_within_the_ordinary_ids()
    {
        var controls = new TextControls(new PieceTokenizer("<s>", "a", "b", "</s>", "c"));

        Assert.Equal([1, 2, 4], controls.OrdinaryIds);
        Assert.Equal([2, 4, 1, 0, 3], controls.Patterned([1, 2, 4, 0, 3]));
        Assert.Equal([4, 1, 2], controls.Patterned([1, 2, 4], shift: -1));
        Assert.Equal([1, 2, 4], controls.Patterned(controls.Patterned([1, 2, 4], shift: 2), shift: 4));
        Assert.Throws<ArgumentException>(() => controls.Patterned([5]));
    }

    [Fact]
    public void Random_ids_are_uniform_over_the_ordinary_ids()
    {
        var controls = new TextControls(new PieceTokenizer("<s>", "a", "b", "</s>", "c"));
        var counts = controls.Random(30_000, new CounterRandom(1)).CountBy(id => id).ToDictionary();

        Assert.Equal([1, 2, 4], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 9_700, 10_300));
    }

    [Property]
    public bool Every_control_keeps_the_number_of_tokens_and_the_seed_fixes_it(NonNull<string> text, ulong seed)
    {
        var ids = Bytes.Encode(text.Get);
        return Enum.GetValues<TextKind>().Where(kind => kind <= TextKind.Reversed).All(kind =>
        {
            var made = _controls.Make(kind, ids, new CounterRandom(seed));
            var sameTokens = kind is TextKind.Patterned or TextKind.Random || made.Order().SequenceEqual(ids.Order());
            return made.Length == ids.Count && sameTokens && made.SequenceEqual(_controls.Make(kind, ids, new CounterRandom(seed)));
        });
    }

    [Fact]
    public void Shuffled_words_stay_whole()
    {
        const string Text = " the quick  brown fox, jumped\n over";
        var shuffled = Shuffle(Text, TextKind.ShuffledWords);

        Assert.NotEqual(Text, shuffled);
        foreach (var word in new[] { " the", " quick", "  brown", " fox,", " jumped", "\n", " over" })
            Assert.Contains(word, shuffled, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_behind_a_line_feed_stands_alone()
    {
        var orders = Enumerable.Range(0, 40).Select(seed => Decode(_controls.ShuffledWords(Bytes.Encode("a.\nbc"), new CounterRandom((ulong)seed)))).ToHashSet();

        Assert.Equal(["\na.bc", "\nbca.", "a.\nbc", "a.bc\n", "bc\na.", "bca.\n"], orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shuffled_sentences_stay_whole()
    {
        const string Text = "One day came. “Two!” said he. Mr. Three left.\nFour.";
        var orders = Enumerable.Range(0, 200)
            .Select(seed => Decode(_controls.ShuffledSentences(Bytes.Encode(Text), new CounterRandom((ulong)seed)))).ToHashSet();

        Assert.Equal(24, orders.Count);
        Assert.All(orders, order =>
        {
            Assert.Contains("One day came.", order, StringComparison.Ordinal);
            Assert.Contains(" “Two!” said he.", order, StringComparison.Ordinal);
            Assert.Contains(" Mr. Three left.", order, StringComparison.Ordinal);
            Assert.Contains("\nFour.", order, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Words_are_found_where_a_lone_token_drops_its_space()
    {
        // As SentencePiece does: "_" marks a space, which decoding drops at the start.
        var controls = new TextControls(new PieceTokenizer("<s>", "_the", "_cat", "s", "_sat"));
        var orders = Enumerable.Range(0, 60).Select(seed => string.Join(' ', controls.ShuffledWords([1, 2, 3, 4], new CounterRandom((ulong)seed)))).ToHashSet();

        Assert.Equal(["1 2 3 4", "1 4 2 3", "2 3 1 4", "2 3 4 1", "4 1 2 3", "4 2 3 1"], orders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reversed_and_empty_texts_are_what_they_say()
    {
        Assert.Equal([3, 2, 1], TextControls.Reversed([1, 2, 3]));
        foreach (var kind in Enum.GetValues<TextKind>().Where(kind => kind <= TextKind.Reversed))
            Assert.Empty(_controls.Make(kind, [], new CounterRandom(1)));
        Assert.Throws<ArgumentException>(() => _controls.Make(TextKind.Bigram, [1], new CounterRandom(1)));
    }

    [Fact]
    public void Kinds_have_names()
    {
        Assert.All(Enum.GetValues<TextKind>(), kind => Assert.Equal(kind, TextKindNames.Parse(kind.Name())));
        Assert.Equal("shuffled-words", TextKind.ShuffledWords.Name());
        Assert.Contains("\"noise\"", Assert.Throws<ConfigurationException>(() => TextKindNames.Parse("noise")).Message, StringComparison.Ordinal);
    }

    private static string Decode(int[] ids) => Bytes.Decode(ids);

    private string Shuffle(string text, TextKind kind) => Decode(_controls.Make(kind, Bytes.Encode(text), new CounterRandom(3)));

    /// <summary>A tokenizer of given pieces; those in angle brackets are special, "_" is a space that decoding drops at the start.</summary>
    private sealed class PieceTokenizer(params string[] pieces) : ITextTokenizer
    {
        public int VocabularySize => pieces.Length;

        public int? BosId => null;

        public int? EosId => null;

        public IReadOnlySet<int> SpecialIds { get; } = Enumerable.Range(0, pieces.Length).Where(i => pieces[i].StartsWith('<')).ToHashSet();

        public string Fingerprint => new('0', 64);

        public IReadOnlyList<int> Encode(string text, bool addSpecialTokens = false, bool parseSpecialTokens = false) => throw new NotSupportedException();

        public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false)
        {
            var text = string.Concat(ids.Select(id => pieces[id])).Replace('_', ' ');
            return text.StartsWith(' ') ? text[1..] : text;
        }

        public string TokenText(int id) => Decode([id]);
    }
}
