using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Benchmarks;

/// <summary>The autoencoder's training step against the matrix products in it.</summary>
internal static class IcaeStepBenchmark
{
    private const int GrowthSteps = 200;

    public static void Run(BenchmarkReport report, Machine machine)
    {
        Measure(report, machine, SlotLayout.Embeddings, 32);
        Measure(report, machine, SlotLayout.Embeddings, 48);
        Measure(report, machine, SlotLayout.KeysAndValues, 32);
        Growth(report, machine);
    }

    private static void Measure(BenchmarkReport report, Machine machine, SlotLayout layout, int batch)
    {
        var config = NamedShapes.Autoencoder(layout);
        var products = StepProducts.Icae(NamedShapes.Medium, config.Lora, batch, layout == SlotLayout.KeysAndValues);
        using var own = new MatrixProducts(products, machine);
        using var ofBase = new MatrixProducts(products.Where(product => product.OfBase), machine);
        using var step = new IcaeStep(NamedShapes.Medium, config, batch, machine);
        for (var i = 0; i < 3; i++)
        {
            step.Run();
        }

        ProcessMemory.ResetPeak();
        var faults = ProcessMemory.MinorFaults;
        step.Run();
        faults = ProcessMemory.MinorFaults - faults;
        var peak = ProcessMemory.Peak;
        var turns = Turns.Run(TimeSpan.FromSeconds(8), 5, step.Run, own.Run, ofBase.Run);
        var name = layout == SlotLayout.Embeddings ? "embeddings" : "keys and values";
        report.Section($"icae_step_{(layout == SlotLayout.Embeddings ? "embeddings" : "keys_values")}_{batch}", $"ICAE training step: 5.8 M parameters, {NamedShapes.TextTokens} tokens to {NamedShapes.Slots} slots as {name}, batch {batch}");
        report.Value("seconds", $"step, median of {turns.Rounds}", turns.Median(0), "s");
        report.Value("texts_per_second", "texts", batch / turns.Median(0), "/s");
        report.Value("own_products_seconds", $"its own matrix products alone, {own.Flops / 1e9:N0} GFLOP", turns.Median(1), "s");
        report.Value("base_products_seconds", $"the base's products alone, {ofBase.Flops / 1e9:N0} GFLOP", turns.Median(2), "s");
        report.Value("multiple_of_own", "step / own products, median of ratios", turns.MedianRatio(0, 1), string.Empty);
        report.Value("multiple_of_own_least", "step / own products, shortest times", turns.LeastRatio(0, 1), string.Empty);
        report.Value("multiple_of_base", "step / base's products, median of ratios", turns.MedianRatio(0, 2), string.Empty);
        report.Value("multiple_of_base_least", "step / base's products, shortest times", turns.LeastRatio(0, 2), string.Empty);
        report.Value("peak_megabytes", "peak memory of the process in a step", peak, "MB");
        report.Value("page_faults", "page faults of a step", faults, string.Empty);
    }

    private static void Growth(BenchmarkReport report, Machine machine)
    {
        using var step = new IcaeStep(NamedShapes.Medium, NamedShapes.Autoencoder(SlotLayout.Embeddings), 2, machine);
        for (var i = 0; i < 20; i++)
        {
            step.Run();
        }

        var before = ProcessMemory.Resident;
        var tensors = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < GrowthSteps; i++)
        {
            step.Run();
        }

        report.Section("icae_step_growth", $"{GrowthSteps} steps at batch 2");
        report.Value("tensors_left", "tensors left behind", TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount - tensors, string.Empty);
        report.Value("growth_megabytes", "growth of resident memory", ProcessMemory.Resident - before, "MB");
    }
}
