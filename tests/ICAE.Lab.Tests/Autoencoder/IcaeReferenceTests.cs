using ICAE.Lab.Autoencoder;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tests.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

/// <summary>Slots, losses, logits and gradients of the published code.</summary>
[Collection("torch")]
public sealed class IcaeReferenceTests
{
    public static TheoryData<int> Lengths => [1, 2, 7, 15, 16, 17, 31, 32, 33, 50];

    private static readonly string[] CaseNames = ["ae_one_span", "ae_three_spans", "lm", "lm_with_token", "instruction"];

    public static TheoryData<string> Cases => [.. CaseNames];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Slots_equal_the_reference(int length)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var published = PublishedIcae.Open();
        var slots = published.Icae.Encode([published.Ids($"compress.{length}.input_ids")]);
        BaseModelReferenceTests.AssertClose(published.Reference, $"compress.{length}.slots", slots.Embeddings!, 1e-4);
    }

    [Fact]
    public void A_padded_batch_gives_the_slots_of_each_text_alone()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var published = PublishedIcae.Open();
        int[] lengths = [1, 2, 7, 15, 16, 17, 31, 32, 33, 50];
        var slots = published.Icae.Encode([.. lengths.Select(length => published.Ids($"compress.{length}.input_ids"))]);
        var start = 0L;
        for (var i = 0; i < lengths.Length; i++)
        {
            var count = slots.Plans[i].SlotCount;
            BaseModelReferenceTests.AssertClose(published.Reference, $"compress.{lengths[i]}.slots", slots.Embeddings!.narrow(0, start, count), 1e-4);
            start += count;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_logits_and_gradients_equal_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        using var published = PublishedIcae.Open();
        var icae = published.Icae;
        var example = Example(published, name);
        var result = IcaeObjective.Compute(icae, [example]);
        BaseModelReferenceTests.AssertClose(published.Reference, $"{name}.loss", result.Loss.detach().reshape(1), 1e-5);

        using (no_grad())
        {
            var states = icae.Decode(icae.Encode([example.EncoderIds]), [example.DecoderIds]);
            BaseModelReferenceTests.AssertClose(published.Reference, $"{name}.logits", icae.Base.Logits(states.Hidden), 1e-4);
        }

        result.Loss.backward();
        AssertGradients(published, name);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Recomputed_activations_give_the_same_gradients(string name)
    {
        using var scope = NewDisposeScope();
        using var published = PublishedIcae.Open();
        IcaeObjective.Compute(published.Icae, [Example(published, name)], recomputeActivations: true).Loss.backward();
        AssertGradients(published, name);
    }

    [Fact]
    public void A_padded_batch_has_the_mean_of_the_losses_and_gradients()
    {
        using var scope = NewDisposeScope();
        using var published = PublishedIcae.Open();
        var names = CaseNames;
        var result = IcaeObjective.Compute(published.Icae, [.. names.Select(name => Example(published, name))]);
        var expected = names.Average(name => published.Reference.Load($"{name}.loss").item<float>());
        Assert.Equal(expected, result.Loss.item<float>(), 1e-5);

        result.Loss.backward();
        foreach (var weight in published.Icae.Trainables)
        {
            var key = PublishedIcae.PublishedName(weight.Name);
            var mean = names.Select(name => published.Reference.Load($"{name}.grad.{key}")).Aggregate((sum, next) => sum.add(next)).div(names.Length);
            AssertGradient(mean, weight.Value.grad!, key);
        }
    }

    [Fact]
    public void The_base_and_nothing_but_adapter_and_table_gets_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var published = PublishedIcae.Open();
        IcaeObjective.Compute(published.Icae, [Example(published, "ae_one_span")]).Loss.backward();
        Assert.All(published.Icae.Base.Weights, weight => Assert.True(weight.Value.grad is null && !weight.Value.requires_grad));
        Assert.All(published.Icae.Trainables, weight => Assert.NotNull(weight.Value.grad));
    }

    internal static IcaeExample Example(PublishedIcae published, string name)
    {
        var encoder = published.Ids($"{name}.encoder_ids");
        return new IcaeExample(
            ObjectiveKind.Autoencoding,
            encoder,
            SpanPlan.For(published.Icae.Config, encoder.Length),
            published.Ids($"{name}.decoder_ids"),
            published.Ids($"{name}.labels"));
    }

    private static void AssertGradients(PublishedIcae published, string name)
    {
        foreach (var weight in published.Icae.Trainables)
        {
            var key = PublishedIcae.PublishedName(weight.Name);
            AssertGradient(published.Reference.Load($"{name}.grad.{key}"), weight.Value.grad!, key);
        }
    }

    private static void AssertGradient(Tensor expected, Tensor actual, string name)
    {
        var allowed = 1e-4 * Math.Max(expected.abs().max().item<float>(), 1e-6);
        var difference = expected.sub(actual).abs().max().item<float>();
        Assert.True(difference <= allowed, $"{name}: the largest difference is {difference:g3}; {allowed:g3} is allowed.");
    }
}
