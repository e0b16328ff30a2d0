using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Formats;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tests.Autoencoder;

namespace ICAE.Lab.Tests.Objectives;

/// <summary>Span arithmetic and examples of the published code.</summary>
public sealed class ExampleBuilderTests
{
    [Fact]
    public void Spans_equal_the_reference()
    {
        var json = BoundedJson.ReadObject(ReferenceFiles.Find("icae-v2", "reference.json"));
        foreach (var row in json["compress"]!.AsArray())
        {
            var plan = SpanPlan.For(PublishedIcae.Config, row!["length"]!.GetValue<int>());
            Assert.Equal(row["spans"]!.GetValue<int>(), plan.Spans.Count);
            Assert.Equal(row["span_length"]!.GetValue<int>(), plan.Spans[0].Length);
            Assert.Equal(row["slots"]!.GetValue<int>(), plan.SlotCount);
        }

        var ids = SpecialIds.Of(PublishedIcae.Config, json["base_vocab_size"]!.GetValue<int>());
        Assert.Equal(json["pad_id"]!.GetValue<int>(), ids.Pad);
        Assert.Equal(json["first_memory_id"]!.GetValue<int>(), ids.Memory);
        Assert.Equal(json["ae_id"]!.GetValue<int>(), ids.Autoencode);
        Assert.Equal(json["lm_id"]!.GetValue<int>(), ids.Continue);
        Assert.Equal(json["ft_id"]!.GetValue<int>(), ids.FineTune);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Examples_equal_the_reference(int index)
    {
        var json = BoundedJson.ReadObject(ReferenceFiles.Find("icae-v2", "reference.json"));
        var row = json["examples"]![index]!;
        var example = row["kind"]!.GetValue<string>().StartsWith("instruction", StringComparison.Ordinal)
            ? new ExampleBuilder(PublishedIcae.Config, 352, 2).Instruction(
                PublishedIcae.Ints(row["input"]),
                PublishedIcae.Ints(row["prompt"]),
                PublishedIcae.Ints(row["answer"]),
                InstructionLayout.Version2Mistral)
            : Pretraining(row);
        Assert.Equal(PublishedIcae.Ints(row["encoder_ids"]), example.EncoderIds);
        Assert.Equal(PublishedIcae.Ints(row["decoder_ids"]), example.DecoderIds);
        Assert.Equal(PublishedIcae.Ints(row["labels"]), example.Labels);
    }

    private static IcaeExample Pretraining(System.Text.Json.Nodes.JsonNode row)
    {
        var settings = row["settings"]!;
        var builder = new ExampleBuilder(PublishedIcae.Config, 352, 2, new ExampleSettings
        {
            MaxLength = settings["max_length"]!.GetValue<int>(),
            MinContinuationTokens = settings["min_tokens_for_lm"]!.GetValue<int>(),
            UnscoredContinuationTokens = settings["leave_tokens_for_lm"]!.GetValue<int>(),
            ContinuationToken = settings["lm_token"]!.GetValue<bool>(),
        });
        var document = PublishedIcae.Ints(row["document"]);
        var start = row["window_start"]!.GetValue<int>();
        var end = start + row["window_length"]!.GetValue<int>();
        return row["kind"]!.GetValue<string>().StartsWith("lm", StringComparison.Ordinal)
            ? builder.Continuation(document[start..end], document[end..])
            : builder.Autoencoding(document[start..end]);
    }

    [Theory]
    [InlineData(1.4, 21, 100, 1, 15)]
    [InlineData(2.3, 230, 100, 1, 100)]
    [InlineData(2.8, 14, 100, 1, 5)]
    [InlineData(4, 61, 16, 1, 16)]
    [InlineData(4, 65, 16, 2, 17)]
    public void A_rate_that_is_no_whole_number_makes_no_slot_by_rounding(double rate, int tokens, int most, int spans, int slots)
    {
        var config = new IcaeConfig { Slots = most, TokensPerSlot = rate, Budget = SlotBudget.ByRatio };

        var plan = SpanPlan.For(config, tokens);

        Assert.Equal((spans, slots), (plan.Spans.Count, plan.SlotCount));
    }

    [Fact]
    public void More_slots_than_can_be_counted_are_still_a_number() =>
        Assert.Equal(int.MaxValue, SpanPlan.AtRatio(new IcaeConfig { Slots = 4, TokensPerSlot = 4 }, 40, 1e-9).SlotCount);

    [Fact]
    public void A_document_whose_continuation_would_not_be_scored_is_restored_instead()
    {
        var builder = new ExampleBuilder(PublishedIcae.Config, 352, 2, new ExampleSettings { MaxLength = 4, MinContinuationTokens = 0, UnscoredContinuationTokens = 2 });
        int[] document = [5, 6, 7, 8, 9, 10, 11];

        var kinds = Enumerable.Range(0, 60).Select(i => builder.FromDocument(document, 1, new CounterRandom((ulong)i))).ToList();

        Assert.All(kinds, example => Assert.Contains(example.Labels, label => label != IcaeExample.Ignored));
        Assert.Equal(2, kinds.Select(example => example.Kind).Distinct().Count());
    }
}
