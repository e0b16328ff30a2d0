using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Cli.Tests;

/// <summary>A folder with a small random base and two autoencoders on it, one of each slot layout; it goes with the test.</summary>
internal sealed class TinyModels : IDisposable
{
    public const int Vocabulary = 300;

    public TinyModels()
    {
        var tokenizer = new ByteLevelBpeTrainer(new ByteLevelBpeTrainerOptions { VocabularySize = Vocabulary, MinimumPairFrequency = 1 })
            .Train(["It was a bright cold day in April, and the clocks were striking thirteen."])
            .ToTokenizer();
        var config = new TransformerConfig
        {
            VocabularySize = Vocabulary,
            HiddenSize = 16,
            IntermediateSize = 32,
            Layers = 2,
            Heads = 2,
            KeyValueHeads = 2,
            HeadSize = 8,
            TieEmbeddings = true,
            EosIds = [0],
        };
        using var transformer = Transformer.Create(config, CPU, 1);
        BaseModel.Save(Find("tiny-base"), transformer, tokenizer, BaseKind.Restoring, new Dictionary<string, string> { ["random_share"] = "0" });
        using var model = BaseModel.Load(Find("tiny-base"));
        foreach (var (name, layout) in ((string, SlotLayout)[])[("tiny-4x", SlotLayout.Embeddings), ("tiny-4x-kv", SlotLayout.KeysAndValues)])
        {
            var settings = new IcaeConfig
            {
                Slots = 32,
                Budget = SlotBudget.ByRatio,
                MemoryTokens = MemoryTokenKind.Shared,
                Positions = MemoryPositions.Spread,
                Layout = layout,
                Lora = new LoraConfig { Rank = 2, Alpha = 4, Targets = ["q_proj", "v_proj"] },
            };
            using var icae = new IcaeModel(Icae.Create(model.Transformer, settings, 1), model, name);
            icae.Save(Find(name));
        }
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"icae-test-{Guid.NewGuid():N}");

    public string Find(string name) => Path.Combine(Folder, name);

    public string Write(string name, params string[] lines)
    {
        File.WriteAllLines(Find(name), lines);
        return Find(name);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
