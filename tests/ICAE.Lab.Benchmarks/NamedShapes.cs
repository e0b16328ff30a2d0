using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;

namespace ICAE.Lab.Benchmarks;

/// <summary>The shapes that results are given for.</summary>
internal static class NamedShapes
{
    /// <summary>Tokens of a text.</summary>
    public const int TextTokens = 64;

    /// <summary>Slots of a text.</summary>
    public const int Slots = 16;

    /// <summary>The id that ends a text.</summary>
    public const int Eos = 0;

    /// <summary>0.92 million parameters.</summary>
    public static TransformerConfig Small { get; } = new()
    {
        VocabularySize = 1024,
        HiddenSize = 128,
        IntermediateSize = 352,
        Layers = 4,
        Heads = 4,
        KeyValueHeads = 4,
        HeadSize = 32,
        TieEmbeddings = true,
        EosIds = [Eos],
    };

    /// <summary>5.8 million parameters, 4.7 of them in the layers.</summary>
    public static TransformerConfig Medium { get; } = new()
    {
        VocabularySize = 4096,
        HiddenSize = 256,
        IntermediateSize = 688,
        Layers = 6,
        Heads = 4,
        KeyValueHeads = 4,
        HeadSize = 64,
        TieEmbeddings = true,
        EosIds = [Eos],
    };

    /// <summary>64 tokens to 16 slots, LoRA of rank 32 on all linear layers.</summary>
    public static IcaeConfig Autoencoder(SlotLayout layout) => new()
    {
        Slots = Slots,
        TokensPerSlot = (double)TextTokens / Slots,
        Layout = layout,
        Lora = new LoraConfig { Rank = 32, Alpha = 64 },
    };
}
