using ICAE.Lab.Models;

namespace ICAE.Lab.Benchmarks;

/// <summary>Base training against the matrix products in it.</summary>
internal static class BaseStepBenchmark
{
    public static void Run(BenchmarkReport report, Machine machine)
    {
        Measure(report, machine, "0.9 M", NamedShapes.Small, 16, 256);
        Measure(report, machine, "5.8 M", NamedShapes.Medium, 12, 192);
    }

    private static void Measure(BenchmarkReport report, Machine machine, string size, TransformerConfig config, int batch, int length)
    {
        using var products = new MatrixProducts(StepProducts.Base(config, batch, length), machine);
        using var step = new BaseStep(config, batch, length, machine);
        for (var i = 0; i < 3; i++)
        {
            step.Run();
        }

        ProcessMemory.ResetPeak();
        var faults = ProcessMemory.MinorFaults;
        step.Run();
        faults = ProcessMemory.MinorFaults - faults;
        var peak = ProcessMemory.Peak;
        var turns = Turns.Run(TimeSpan.FromSeconds(6), 5, step.Run, products.Run);
        report.Section($"base_step_{size.Replace(' ', '_').Replace('.', '_').ToLowerInvariant()}", $"Base training step: {size} parameters, {batch} rows of {length}");
        report.Value("seconds", $"step, median of {turns.Rounds}", turns.Median(0), "s");
        report.Value("tokens_per_second", "tokens", batch * length / turns.Median(0), "/s");
        report.Value("own_products_seconds", $"its own matrix products alone, {products.Flops / 1e9:N1} GFLOP", turns.Median(1), "s");
        report.Value("multiple_of_own", "step / own products, median of ratios", turns.MedianRatio(0, 1), string.Empty);
        report.Value("multiple_of_own_least", "step / own products, shortest times", turns.LeastRatio(0, 1), string.Empty);
        report.Value("peak_megabytes", "peak memory of the process in a step", peak, "MB");
        report.Value("page_faults", "page faults of a step", faults, string.Empty);
    }
}
