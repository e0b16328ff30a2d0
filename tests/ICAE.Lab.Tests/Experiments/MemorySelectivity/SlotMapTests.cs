using ICAE.Lab.Autoencoder;
using ICAE.Lab.Experiments.MemorySelectivity;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Experiments.MemorySelectivity;

[Collection("torch")]
public sealed class SlotMapTests
{
    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void A_rise_is_the_surprisal_without_a_slot_less_that_with_all(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyIcae.Config with { Layout = layout });
        using var memory = model.Compress(TinyBase.Text);
        var map = SlotMap.Of(model, memory);

        Assert.Equal(TinyBase.Text, string.Concat(map.Tokens));
        Assert.Equal((memory.SlotCount, memory.TextLength), (map.Rises.Count, map.Losses.Count));
        using var without = memory.Without(1);
        var (all, less) = (Losses(model, memory), Losses(model, without));
        Assert.All(Enumerable.Range(0, map.Losses.Count), token => Assert.Equal(all[token], map.Losses[token], 1e-4));
        Assert.All(Enumerable.Range(0, map.Losses.Count), token => Assert.Equal(less[token] - all[token], map.Rises[1][token], 1e-4));
        Assert.Contains(map.Rises[1], rise => Math.Abs(rise) > 1e-4);
    }

    [Fact]
    public void In_the_shipped_model_each_slot_holds_its_own_four_tokens()
    {
        using var model = IcaeModel.Load("english-1m-4x");
        var text = "When the boys had gone to bed, the doctor lit his pipe and sat for a long time before the fire, thinking of the letter that had come that morning.";
        using var memory = model.Compress(model.Encode(text).Take(44).ToArray());
        var map = SlotMap.Of(model, memory);

        // What the base guesses by itself hardly needs a slot.
        var needy = Enumerable.Range(0, map.Tokens.Count).Where(token => map.Rises[map.SlotOf(token)][token] > 1).ToList();
        Assert.True(needy.Count > map.Tokens.Count / 2);
        Assert.True(needy.Count(token => map.SlotOf(token) == token / 4) > 0.9 * needy.Count, string.Join(" ", needy.Select(token => $"{token}:{map.SlotOf(token)}")));
    }

    [Fact]
    public void A_memory_that_does_not_know_its_text_is_refused()
    {
        using var model = TinyModel.Create(TinyIcae.Config);
        using var memory = model.Compress(TinyBase.Text);
        var path = Path.Combine(Path.GetTempPath(), $"icae-{Guid.NewGuid():n}.safetensors");
        try
        {
            memory.Save(path);
            using var stored = Memory.Load(path);

            Assert.Contains("compress the text again", Assert.Throws<ConfigurationException>(() => SlotMap.Of(model, stored)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static float[] Losses(IcaeModel model, Memory memory)
    {
        using var _ = no_grad();
        var ids = memory.OriginalIds!;
        int[] lead = Generation.Sequence(model.Core, memory.Plan, [], [model.Core.Ids.Autoencode]);
        var states = model.Core.Decode(model.ToBatch([memory]), [[.. lead, .. ids.SkipLast(1)]]);
        var logits = model.Core.Base.Logits(states.Hidden.narrow(1, states.Layout.Row(0, lead.Length - 1), ids.Count).squeeze(0));
        var right = tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(1);
        return logits.to(ScalarType.Float32).log_softmax(-1).gather(1, right).neg().data<float>().ToArray();
    }
}
