using System.Diagnostics;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>How fast this machine multiplies matrices, which decides the compute type.</summary>
/// <param name="Float32">GFLOPS in float32.</param>
/// <param name="BFloat16">GFLOPS in bfloat16.</param>
public sealed record ComputeMeasurement(double Float32, double BFloat16)
{
    private const int Size = 1024;

    /// <summary>The faster of the two types; bfloat16 only where it is at least a fifth faster, since it is less exact.</summary>
    public ScalarType Choice => BFloat16 > 1.2 * Float32 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Measures for about a third of a second.</summary>
    /// <param name="device">The device.</param>
    /// <returns>The rates.</returns>
    public static ComputeMeasurement Run(Device device) => new(Rate(device, ScalarType.Float32), Rate(device, ScalarType.BFloat16));

    /// <summary>The rates, and what follows from them, in a line.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"matrix products: {Float32:F0} GFLOPS in float32, {BFloat16:F0} in bfloat16: computing in {(Choice == ScalarType.BFloat16 ? "bfloat16" : "float32")}");

    private static double Rate(Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var a = ones([Size, Size], dtype: dtype, device: device);
        var best = 0.0;
        var all = Stopwatch.StartNew();
        for (var round = 0; round < 100 && (round < 2 || all.ElapsedMilliseconds < 150); round++)
        {
            var watch = Stopwatch.StartNew();
            using var product = a.matmul(a);
            using var corner = product.narrow(0, 0, 1).narrow(1, 0, 1).to(ScalarType.Float32);
            corner.item<float>();
            best = Math.Max(best, 2.0 * Size * Size * Size / watch.Elapsed.TotalSeconds / 1e9);
        }

        return best;
    }
}
