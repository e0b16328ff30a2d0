using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

/// <summary>Small autoencoders with random weights, large enough for their logits to differ clearly.</summary>
internal static class TinyIcae
{
    public const int Vocabulary = 64;

    public static TransformerConfig Model { get; } = new()
    {
        VocabularySize = Vocabulary,
        HiddenSize = 32,
        IntermediateSize = 48,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadSize = 8,
        EosIds = [2],
        BosId = 1,
    };

    public static IcaeConfig Config { get; } = new()
    {
        Slots = 3,
        TokensPerSlot = 3,
        Lora = new LoraConfig { Rank = 4, Alpha = 8, Targets = ["q_proj", "v_proj"] },
    };

    public static Icae Create(IcaeConfig? config = null, TransformerConfig? model = null, long seed = 1)
    {
        using var _ = no_grad();
        var transformer = Transformer.Create(model ?? Model, CPU, seed);
        Sharpen(transformer.Weights, 6);
        var icae = Icae.Create(transformer, config ?? Config, seed, ownsBase: true);
        Shake(icae, seed);
        return icae;
    }

    /// <summary>Moves the adapter away from doing nothing.</summary>
    public static void Shake(Icae icae, long seed)
    {
        using var _ = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        foreach (var weight in icae.Adapter.Weights)
        {
            using var noise = randn(weight.Value.shape, dtype: ScalarType.Float32, device: CPU, generator: generator);
            noise.mul_(0.2f);
            weight.Value.add_(noise);
        }
    }

    public static int[][] Texts(params int[] lengths)
    {
        var random = new Random(7);
        return [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(3, Vocabulary)).ToArray())];
    }

    private static void Sharpen(IEnumerable<Weight> weights, float factor)
    {
        foreach (var weight in weights.Where(weight => weight.Value.dim() == 2))
        {
            weight.Value.mul_(factor);
        }
    }
}
