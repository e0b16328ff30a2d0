using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tests.Models;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

/// <summary>Twelve updates of the published code: their losses, gradient norms, and the weights after them.</summary>
[Collection("torch")]
public sealed class PublishedTrainingTests
{
    private const double Tolerance = 1e-4;
    private const int Updates = 12;

    [Theory]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    public void Twelve_updates_equal_the_reference(int batch, bool recompute)
    {
        using var scope = NewDisposeScope();
        using var published = PublishedIcae.Open();
        var training = published.Json["training"]!;
        var examples = training["examples"]!.AsArray().Select(row => Example(published.Icae, row!)).ToList();
        Assert.Equal("updates u = 0..11 take examples (4u .. 4u+3) mod 8; the loss of an update is the mean of the four examples' own mean losses", training["order"]!.GetValue<string>());
        Assert.Equal("lr * min((u+1)/4, (12-u)/9) for update u", training["schedule"]!.GetValue<string>());
        var settings = Settings(training);
        using var buffer = new TrainableBuffer(published.Icae.Trainables);
        using var optimizer = new AdamW(buffer);
        for (var update = 0; update < Updates; update++)
        {
            buffer.ZeroGradients();
            var chosen = Enumerable.Range(4 * update, 4).Select(index => examples[index % 8]);
            var loss = chosen.Chunk(batch).Sum(part => Backward(published.Icae, part, 4 / batch, recompute));
            Assert.Equal(training["losses"]![update]!.GetValue<double>(), loss, Tolerance);
            var norm = training["gradient_norms_before_clipping"]![update]!.GetValue<double>();
            Assert.Equal(norm, buffer.ClipGradients(settings.ClipNorm), Tolerance * norm);
            optimizer.Update(settings, settings.LearningRate * Math.Min((update + 1) / 4.0, (Updates - update) / 9.0));
        }

        Assert.Equal(Updates, optimizer.Updates);
        using var after = SafetensorsFile.Open(ReferenceFiles.Find("icae-v2", "icae-after-12-updates.safetensors"));
        using var _ = no_grad();
        Assert.All(published.Icae.Trainables, weight => BaseModelReferenceTests.AssertClose(after, PublishedIcae.PublishedName(weight.Name), weight.Value, Tolerance));
        Assert.Equal(after.Tensors.Count, published.Icae.Trainables.Count());
    }

    private static double Backward(Icae icae, IcaeExample[] examples, int parts, bool recompute)
    {
        using var scope = NewDisposeScope();
        var loss = IcaeObjective.Compute(icae, examples, recomputeActivations: recompute).Loss.div(parts);
        loss.backward();
        return loss.item<float>();
    }

    private static OptimizerSettings Settings(JsonNode training)
    {
        var json = training["optimizer"]!;
        return new OptimizerSettings
        {
            LearningRate = json["lr"]!.GetValue<double>(),
            Beta1 = json["betas"]![0]!.GetValue<double>(),
            Beta2 = json["betas"]![1]!.GetValue<double>(),
            Epsilon = json["eps"]!.GetValue<double>(),
            WeightDecay = json["weight_decay"]!.GetValue<double>(),
            ClipNorm = training["clip_norm"]!.GetValue<double>(),
        }.Validate();
    }

    private static IcaeExample Example(Icae icae, JsonNode row)
    {
        var text = PublishedIcae.Ints(row["encoder_ids"]);
        return new IcaeExample(ObjectiveKind.Autoencoding, text, SpanPlan.For(icae.Config, text.Length), PublishedIcae.Ints(row["decoder_ids"]), PublishedIcae.Ints(row["labels"]));
    }
}
