using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Benchmarks;

/// <summary>What the machine does and what is asked of it.</summary>
/// <param name="Device">The device.</param>
/// <param name="ComputeType">The type of activations.</param>
internal sealed record Machine(Device Device, ScalarType ComputeType)
{
    /// <summary>Measures the machine and reports it.</summary>
    public static Machine Measure(BenchmarkReport report, BenchmarkOptions options)
    {
        var measured = ComputeMeasurement.Run(CPU);
        var type = options.ComputeType switch
        {
            "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            _ => measured.Choice,
        };
        report.Section("machine", "Machine");
        report.Value("cores", "cores", Environment.ProcessorCount, string.Empty);
        report.Value("threads", "threads of the native library", get_num_threads(), string.Empty);
        report.Value("float32_gflops", "matrix product 1024 x 1024 x 1024, float32", measured.Float32, "GFLOPS");
        report.Value("bfloat16_gflops", "matrix product 1024 x 1024 x 1024, bfloat16", measured.BFloat16, "GFLOPS");
        report.Text("compute_type", "compute type", type.ToString().ToLowerInvariant());
        return new Machine(CPU, type);
    }
}
