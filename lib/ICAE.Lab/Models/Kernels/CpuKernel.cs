using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ICAE.Lab.Models.Kernels;

/// <summary>
/// What the fused CPU kernels share. Between matrix products a small model spends its time in element-wise operations, each of which
/// reads and writes memory once; a fused kernel does it once for all of them. Every kernel has a path of ordinary tensor operations
/// that it must agree with, and that is taken on other devices and for odd shapes.
/// </summary>
internal static unsafe class CpuKernel
{
    /// <summary>Work below this many numbers is not worth a second thread.</summary>
    private const long LeastPerThread = 16_384;

    /// <summary>So many elements of eight bytes fit a span, whose length is 31 bits.</summary>
    private const long MostInSpan = int.MaxValue / sizeof(long);

    /// <summary>Whether fused kernels are used at all; tests and benchmarks switch them off to compare.</summary>
    public static bool Enabled { get; set; } = true;

    /// <summary>Whether a tensor can be handled: on the CPU, dense, float32 or bfloat16, rows of whole vectors.</summary>
    public static bool Fits(Tensor tensor) => Enabled && tensor.device_type == TorchSharp.DeviceType.CPU
        && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16
        && tensor.shape[^1] % ILanes.Count == 0
        && tensor.is_contiguous();

    /// <summary>The memory of a dense CPU tensor of any size; valid while the tensor lives.</summary>
    public static void* Data(Tensor tensor)
    {
        if (tensor.numel() <= MostInSpan)
        {
            return Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        }

        // A span cannot hold so many bytes; its first element stands where the tensor does.
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Runs a kernel over rows, on as many threads as torch uses.</summary>
    /// <param name="rows">Rows in all.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="body">Handles the rows from the first to before the second argument.</param>
    public static void Rows(long rows, long width, Action<long, long> body)
    {
        var threads = (int)Math.Min(get_num_threads(), Math.Max(1, rows * width / LeastPerThread));
        if (threads <= 1)
        {
            body(0, rows);
            return;
        }

        if (!DenormalMode.IsFlushing)
        {
            Spread(threads, Part);
            return;
        }

        // Threads that the runtime makes meanwhile would keep this one's mode; each part takes it for itself.
        using var kept = DenormalMode.Set(flush: false);
        Spread(threads, part =>
        {
            using var mode = DenormalMode.Set(flush: true);
            Part(part);
        });

        void Part(int part) => body(rows * part / threads, rows * (part + 1) / threads);
    }

    private static void Spread(int threads, Action<int> part) => Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, part);
}
