using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

[Collection("torch")]
public sealed class GenerationTests
{
    private static readonly int[] Lengths = [1, 9, 4, 20, 13];
    private static readonly int[] GoldenTextLengths = [5, 16, 40];

    public static TheoryData<string, bool> Variants
    {
        get
        {
            var data = new TheoryData<string, bool>();
            var plain =
                from layout in Enum.GetValues<SlotLayout>()
                from positions in Enum.GetValues<MemoryPositions>()
                from kind in Enum.GetValues<MemoryTokenKind>()
                from budget in Enum.GetValues<SlotBudget>()
                from offset in (string[])["", "40"]
                select $"{layout} {positions} {kind} {budget} {offset}";
            foreach (var variant in plain)
            {
                data.Add(variant, false);
            }

            data.Add($"{SlotLayout.Embeddings} {MemoryPositions.Spread} {MemoryTokenKind.Shared} {SlotBudget.ByRatio} ", true);
            data.Add($"{SlotLayout.KeysAndValues} {MemoryPositions.Appended} {MemoryTokenKind.Separate} {SlotBudget.Fixed} ", true);
            return data;
        }
    }

    public static TheoryData<int> GoldenLengths => [.. GoldenTextLengths];

    [Theory]
    [MemberData(nameof(GoldenLengths))]
    public void Slots_logits_and_greedy_ids_equal_those_of_the_published_code(int length)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var published = PublishedIcae.Open("icae-after-12-updates.safetensors");
        using var golden = SafetensorsFile.Open(ReferenceFiles.Find("icae-v2", $"greedy-{length}.safetensors"));
        var (input, expected) = Greedy(published, length);
        var slots = published.Icae.Encode([input]);
        BaseModelReferenceTests.AssertClose(golden, "slots", slots.Embeddings!, 1e-4);

        var logits = new List<Tensor>();
        int[] sequence = [.. Enumerable.Repeat(published.Icae.Ids.Memory, slots.Count), published.Icae.Ids.Autoencode];
        var settings = new GenerationSettings { MaxNewTokens = expected.Length, EosIds = [2] };
        var texts = Generation.Run(published.Icae, slots, [sequence], settings, null, (_, step) => logits.Add(step.clone().DetachFromDisposeScope()), default);
        Assert.Equal(expected, texts[0].Ids);
        Assert.Equal(GenerationEnd.Length, texts[0].End);
        BaseModelReferenceTests.AssertClose(golden, "logits", cat(logits, 0), 1e-4);
        logits.ForEach(step => step.Dispose());
    }

    [Fact]
    public void A_batch_of_the_published_texts_restores_each_as_it_does_alone()
    {
        using var scope = NewDisposeScope();
        using var published = PublishedIcae.Open("icae-after-12-updates.safetensors");
        var cases = GoldenTextLengths.Select(length => Greedy(published, length)).ToList();
        using var _ = no_grad();
        var slots = published.Icae.Encode([.. cases.Select(entry => entry.Input)]);
        var texts = Generation.Restore(published.Icae, slots, new GenerationSettings { MaxNewTokens = 20 });
        Assert.Equal(cases.Select(entry => entry.Expected), texts.Select(text => text.Ids));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Cached_steps_equal_a_teacher_forced_pass(string variant, bool window)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = Create(variant, window);
        var slots = icae.Encode(TinyIcae.Texts(Lengths));
        int[][] behind = [[icae.Ids.Autoencode], [icae.Ids.Continue], [icae.Ids.FineTune, 9, 8, 7], [icae.Ids.Autoencode], [5, 6]];
        int[][] before = [[], [1], [], [1, 3, 4], []];
        var sequences = slots.Plans.Select((plan, row) => Generation.Sequence(icae, plan, before[row], behind[row])).ToArray();
        var settings = new GenerationSettings { MaxNewTokensByRow = [12, 3, 7, 80, 1], EosIds = [] };

        var seen = new List<(int Step, Tensor Logits)>();
        var texts = Generation.Run(icae, slots, sequences, settings, null, (step, logits) => seen.Add((step, logits.clone().DetachFromDisposeScope())), default);
        Assert.Equal(settings.MaxNewTokensByRow, texts.Select(text => text.Ids.Count));

        var forced = icae.Decode(slots, [.. sequences.Select((ids, row) => (int[])[.. ids, .. texts[row].Ids])]);
        var expected = icae.Base.Logits(forced.Hidden.view(-1, icae.Base.Config.HiddenSize));
        foreach (var (step, logits) in seen)
        {
            var rows = Enumerable.Range(0, texts.Count).Where(row => texts[row].Ids.Count > step).ToArray();
            var places = rows.Select(row => (long)forced.Layout.Row(row, sequences[row].Length - 1 + step)).ToArray();
            var difference = expected.index_select(0, tensor(places, device: CPU)).sub(logits).abs().max().item<float>();
            Assert.True(difference < 1e-4, $"step {step}: the largest difference is {difference:g3}.");
            Assert.Equal(rows.Select(row => (long)texts[row].Ids[step]), logits.argmax(-1).data<long>().ToArray());
            logits.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_row_does_not_depend_on_the_rows_beside_it(string variant, bool window)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = Create(variant, window);
        var texts = TinyIcae.Texts(Lengths);
        var settings = new GenerationSettings { MaxNewTokens = 10, EosIds = [] };
        var together = Generation.Restore(icae, icae.Encode(texts), settings);
        for (var row = 0; row < texts.Length; row++)
        {
            Assert.Equal(Generation.Restore(icae, icae.Encode([texts[row]]), settings)[0].Ids, together[row].Ids);
        }
    }

    [Fact]
    public void A_continuation_may_start_at_the_last_slot()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyIcae.Create();
        var slots = icae.Encode(TinyIcae.Texts(9, 4));
        var texts = Generation.Continue(icae, slots, new GenerationSettings { MaxNewTokens = 6, EosIds = [] });
        var sequences = slots.Plans.Select((plan, row) => Generation.Sequence(icae, plan, [], [.. texts[row].Ids])).ToArray();
        var states = icae.Decode(slots, sequences);
        for (var row = 0; row < 2; row++)
        {
            var states0 = states.Hidden.view(-1, 32).narrow(0, states.Layout.Row(row, slots.Plans[row].SlotCount - 1), 6);
            Assert.Equal(texts[row].Ids.Select(id => (long)id), icae.Base.Logits(states0).argmax(-1).data<long>().ToArray());
        }
    }

    [Fact]
    public void Nothing_of_a_hidden_slot_is_in_what_goes_on_from_its_place()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyModel.Create();
        using var memory = icae.Compress(TinyBase.Text);
        int[] last = [memory.SlotCount - 1];
        using var less = memory.Without(last);
        using var none = memory.Without(Enumerable.Range(0, memory.SlotCount));
        var settings = new GenerationSettings { EosIds = [] };
        var (shown, hidden, nothing) = (icae.Continue(memory, 8, settings).Ids, icae.Continue(less, 8, settings).Ids, icae.Continue(none, 8, settings).Ids);
        Assert.NotEqual(shown, hidden);

        memory.Embeddings!.narrow(0, last[0], 1).mul_(-3).add_(50);

        Assert.Equal(hidden, icae.Continue(less, 8, settings).Ids);
        memory.Embeddings!.add_(20);
        Assert.Equal(nothing, icae.Continue(none, 8, settings).Ids);
    }

    [Fact]
    public void Texts_plans_and_ids_must_fit_each_other()
    {
        using var scope = NewDisposeScope();
        using var icae = TinyIcae.Create();
        var texts = TinyIcae.Texts(9, 4);
        SpanPlan[] plans = [.. texts.Select(text => SpanPlan.For(icae.Config, text.Length))];

        Assert.Contains("1 plans for 2 texts", Assert.Throws<ArgumentException>(() => icae.Encode(texts, plans[..1])).Message, StringComparison.Ordinal);
        Assert.Contains("there must be a text", Assert.Throws<ArgumentException>(() => icae.Encode([])).Message, StringComparison.Ordinal);
        Assert.Contains("The plan of text 0 is for 4 tokens; the text has 9.", Assert.Throws<ArgumentException>(() => icae.Encode(texts, [plans[1], plans[0]])).Message, StringComparison.Ordinal);
        foreach (var id in (int[])[-1, TinyIcae.Vocabulary])
            Assert.Contains("Text 1 holds an id", Assert.Throws<ArgumentException>(() => icae.Encode([texts[0], [5, id, 6, 7]], plans)).Message, StringComparison.Ordinal);

        Assert.Contains("The id 64", Assert.Throws<ConfigurationException>(() => Icae.Create(icae.Base, TinyIcae.Config, 1, taskTokenLike: 64)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_and_values_alone_give_no_token_to_go_on_from()
    {
        using var scope = NewDisposeScope();
        using var icae = TinyIcae.Create(TinyIcae.Config with { Layout = SlotLayout.KeysAndValues });
        var slots = icae.Encode(TinyIcae.Texts(9));
        Assert.Contains("Row 0 holds no token", Assert.Throws<ArgumentException>(() => Generation.Continue(icae, slots)).Message, StringComparison.Ordinal);
        Assert.Single(Generation.Continue(icae, slots, continuationToken: true));
    }

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void A_row_without_places_reads_no_slots_and_leaves_those_of_the_others_alone(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyIcae.Create(TinyIcae.Config with { Layout = layout });
        var texts = TinyIcae.Texts(9, 4);
        var settings = new GenerationSettings { MaxNewTokens = 8, EosIds = [] };
        var slots = icae.Encode(texts);
        int[] task = [icae.Ids.Autoencode];
        var mixed = Generation.Run(icae, slots, [task, Generation.Sequence(icae, slots.Plans[1], [], task)], settings);
        var zero = Generation.Run(icae, SlotBatch.None(slots.Plans), [task, task], settings);
        Assert.Equal(zero[0].Ids, mixed[0].Ids);
        Assert.Equal(zero[0].Ids, zero[1].Ids);
        Assert.Equal(Generation.Restore(icae, slots, settings)[1].Ids, mixed[1].Ids);
        Assert.NotEqual(zero[1].Ids, mixed[1].Ids);

        // [AE] alone through the base: the task token's embedding is the only input.
        var state = icae.Base.Forward(new TransformerInput { Embeddings = icae.MemoryTable.Value.narrow(0, icae.Config.MemoryRows, 1).unsqueeze(0) });
        Assert.Equal(zero[0].Ids[0], icae.Base.Logits(state.Hidden).argmax(-1).item<long>());
    }

    [Fact]
    public void Places_for_slots_that_are_not_there_are_refused()
    {
        using var scope = NewDisposeScope();
        using var icae = TinyIcae.Create();
        var slots = icae.Encode(TinyIcae.Texts(9));
        Assert.Throws<ArgumentException>(() => Generation.Restore(icae, SlotBatch.None(slots.Plans)));
        Assert.Throws<ArgumentException>(() => Generation.Run(icae, slots, [[icae.Ids.Memory, icae.Ids.Autoencode]]));
        Assert.Throws<ArgumentException>(() => Generation.Run(icae, slots, []));
    }

    [Theory]
    [InlineData("llama-gqa-tied")]
    [InlineData("mistral-window")]
    [InlineData("qwen3")]
    public void A_base_alone_writes_the_reference_tokens(string folder)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (model, reference) = BaseModelReferenceTests.Open(folder);
        using var a = model;
        using var b = reference;
        var prompt = Ids(reference.Load("greedy.prompt"));
        var expected = Ids(reference.Load("greedy.tokens"));
        var settings = new GenerationSettings { MaxNewTokens = expected.Length, EosIds = [] };
        var texts = Generation.Run(model, [prompt, prompt[..3], prompt], settings);
        Assert.Equal(expected, texts[0].Ids);
        Assert.Equal(expected, texts[2].Ids);
        Assert.Equal(Generation.Run(model, [prompt[..3]], settings)[0].Ids, texts[1].Ids);
    }

    [Fact]
    public void A_row_ends_at_an_end_of_text_and_the_others_write_on()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyIcae.Create();
        var slots = icae.Encode(TinyIcae.Texts(Lengths));
        var free = Generation.Restore(icae, slots, new GenerationSettings { MaxNewTokens = 20, EosIds = [] });
        var eos = free[2].Ids[5];
        var streamed = Lengths.Select(_ => new List<int>()).ToArray();
        var texts = Generation.Restore(icae, slots, new GenerationSettings { MaxNewTokens = 20, EosIds = [eos] }, (row, id) => streamed[row].Add(id));
        for (var row = 0; row < texts.Count; row++)
        {
            var expected = free[row].Ids.TakeWhile(id => id != eos).ToArray();
            Assert.Equal(expected, texts[row].Ids);
            Assert.Equal(expected, streamed[row]);
            Assert.Equal(expected.Length < 20 ? GenerationEnd.EndOfText : GenerationEnd.Length, texts[row].End);
        }

        Assert.Equal(GenerationEnd.EndOfText, texts[2].End);
        Assert.Contains(texts, text => text.End == GenerationEnd.Length);
    }

    [Fact]
    public void By_default_a_row_ends_at_the_models_own_end_or_after_one_and_a_half_times_its_text()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyIcae.Create(model: TinyIcae.Model with { EosIds = [TinyIcae.Vocabulary - 1] });
        var slots = icae.Encode(TinyIcae.Texts(Lengths));
        var endless = Generation.Restore(icae, slots, new GenerationSettings { EosIds = [] });
        Assert.Equal(Lengths.Select(length => length + (length / 2) + 16), endless.Select(text => text.Ids.Count));
        var ended = Generation.Restore(icae, slots);
        Assert.Equal(endless.Select(text => text.Ids.TakeWhile(id => id != TinyIcae.Vocabulary - 1)), ended.Select(text => text.Ids));
        Assert.Throws<ConfigurationException>(() => Generation.Run(icae.Base, [[1]], new GenerationSettings()));
        Assert.Empty(Generation.Restore(icae, slots, new GenerationSettings { MaxNewTokens = 0 }).SelectMany(text => text.Ids));
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using var icae = TinyIcae.Create();
        using var scope = NewDisposeScope();
        var slots = icae.Encode(TinyIcae.Texts(Lengths));
        var statistics = DisposeScopeManager.Statistics;
        var before = statistics.ThreadTotalLiveCount;
        var live = new List<long>();
        Generation.Restore(icae, slots, new GenerationSettings { MaxNewTokensByRow = [100, 100, 40, 100, 100], EosIds = [] }, (row, _) =>
        {
            if (row == 0)
            {
                live.Add(statistics.ThreadTotalLiveCount);
            }
        });
        Assert.Equal(before, statistics.ThreadTotalLiveCount);
        Assert.Equal(100, live.Count);
        Assert.True(live.Skip(45).Distinct().Count() == 1 && live.Max() - live.Min() < 40, string.Join(' ', live));
    }

    [Fact]
    public void A_cancellation_is_seen_between_steps_and_leaves_nothing_behind()
    {
        using var icae = TinyIcae.Create();
        using var scope = NewDisposeScope();
        var slots = icae.Encode(TinyIcae.Texts(5, 7));
        using var source = new CancellationTokenSource();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var tokens = 0;
        Assert.Throws<OperationCanceledException>(() => Generation.Restore(icae, slots, new GenerationSettings { MaxNewTokens = 50, EosIds = [] }, (_, _) =>
        {
            if (++tokens == 6)
            {
                source.Cancel();
            }
        }, source.Token));
        Assert.Equal(6, tokens);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Draws_are_repeated_by_their_seed_whatever_stands_beside_a_row()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyIcae.Create();
        var texts = TinyIcae.Texts(Lengths);
        var slots = icae.Encode(texts);
        var settings = new GenerationSettings { MaxNewTokens = 15, EosIds = [], Temperature = 1.5, Seed = 4 };
        var first = Generation.Restore(icae, slots, settings);
        Assert.Equal(first.Select(text => text.Ids), Generation.Restore(icae, slots, settings).Select(text => text.Ids));
        Assert.Equal(first[0].Ids, Generation.Restore(icae, icae.Encode([texts[0]]), settings)[0].Ids);
        Assert.NotEqual(first[0].Ids, Generation.Restore(icae, slots, settings with { Seed = 5 })[0].Ids);
        var greedy = Generation.Restore(icae, slots, settings with { Temperature = 0 }).Select(text => text.Ids).ToList();
        Assert.Equal(greedy, Generation.Restore(icae, slots, settings with { TopK = 1 }).Select(text => text.Ids));
        Assert.Equal(greedy, Generation.Restore(icae, slots, settings with { TopP = 1e-9 }).Select(text => text.Ids));
        Assert.NotEqual(greedy, first.Select(text => text.Ids));
    }

    private static (int[] Input, int[] Expected) Greedy(PublishedIcae published, int length)
    {
        var entry = published.Json["greedy_after_training"]!.AsArray().Single(node => node!["input_ids"]!.AsArray().Count == length);
        return (PublishedIcae.Ints(entry!["input_ids"]), PublishedIcae.Ints(entry["greedy_ids"]));
    }

    private static Icae Create(string variant, bool window)
    {
        var parts = variant.Split(' ');
        var config = TinyIcae.Config with
        {
            Layout = Enum.Parse<SlotLayout>(parts[0]),
            Positions = Enum.Parse<MemoryPositions>(parts[1]),
            MemoryTokens = Enum.Parse<MemoryTokenKind>(parts[2]),
            Budget = Enum.Parse<SlotBudget>(parts[3]),
            TextOffset = parts[4].Length == 0 ? null : int.Parse(parts[4], System.Globalization.CultureInfo.InvariantCulture),
        };
        return TinyIcae.Create(config, window ? TinyIcae.Model with { Family = ModelFamily.Mistral, SlidingWindow = 6 } : null);
    }

    private static int[] Ids(Tensor tensor) => [.. tensor.data<long>().Select(id => (int)id)];
}
