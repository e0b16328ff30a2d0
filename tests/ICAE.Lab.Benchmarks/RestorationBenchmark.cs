using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Benchmarks;

/// <summary>Compression and free-running restoration, as a user meets them.</summary>
internal static class RestorationBenchmark
{
    public static void Run(BenchmarkReport report, Machine machine)
    {
        foreach (var layout in new[] { SlotLayout.Embeddings, SlotLayout.KeysAndValues })
        {
            using var model = Transformer.Create(NamedShapes.Medium, machine.Device, 1, machine.ComputeType, machine.ComputeType);
            using var icae = Icae.Create(model, NamedShapes.Autoencoder(layout), 1);
            Measure(report, icae, 1);
            Measure(report, icae, 32);
        }
    }

    private static void Measure(BenchmarkReport report, Icae icae, int batch)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var random = new CounterRandom(1, CounterRandom.StreamOf("texts"));
        var texts = Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, NamedShapes.TextTokens).Select(_ => random.NextInt(NamedShapes.Medium.VocabularySize)).ToArray()).ToArray();
        var slots = icae.Encode(texts);

        // An untrained model ends nowhere by itself: every row is written to its length.
        var settings = new GenerationSettings { MaxNewTokens = NamedShapes.TextTokens, EosIds = [] };
        ProcessMemory.ResetPeak();
        var turns = Turns.Run(TimeSpan.FromSeconds(3), 3, Compress, () => Generation.Restore(icae, slots, settings));
        report.Section($"restore_{(icae.Config.Layout == SlotLayout.Embeddings ? "embeddings" : "keys_values")}_{batch}", $"Restoration: 5.8 M parameters, {NamedShapes.TextTokens} tokens from {NamedShapes.Slots} slots as {(icae.Config.Layout == SlotLayout.Embeddings ? "embeddings" : "keys and values")}, batch {batch}");
        report.Value("compressed_texts_per_second", "texts compressed", batch / turns.Median(0), "/s");
        report.Value("tokens_per_second", "tokens restored", batch * NamedShapes.TextTokens / turns.Median(1), "/s");
        report.Value("milliseconds_per_step", "one step of all rows", turns.Median(1) / NamedShapes.TextTokens * 1e3, "ms");
        report.Value("peak_megabytes", "peak memory of the process", ProcessMemory.Peak, "MB");

        void Compress()
        {
            using var inner = NewDisposeScope();
            icae.Encode(texts);
        }
    }
}
