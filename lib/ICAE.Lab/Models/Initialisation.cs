using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>Random initial values that depend on a seed and the tensor's name alone, not on the order in which a model is built.</summary>
internal static class Initialisation
{
    /// <summary>Uniform values in ±<paramref name="bound"/>.</summary>
    public static Tensor Uniform(long[] shape, double bound, string name, long seed, ScalarType dtype, Device device) =>
        Make(shape, name, seed, dtype, device, (values, generator) => values.uniform_(-bound, bound, generator));

    /// <summary>Normal values of the given standard deviation.</summary>
    public static Tensor Normal(long[] shape, double deviation, string name, long seed, ScalarType dtype, Device device) =>
        Make(shape, name, seed, dtype, device, (values, generator) => values.normal_(0, deviation, generator));

    private static Tensor Make(long[] shape, string name, long seed, ScalarType dtype, Device device, Action<Tensor, Generator> fill)
    {
        if (device.type == TorchSharp.DeviceType.META)
        {
            return empty(shape, dtype: dtype, device: device);
        }

        // Drawn on the CPU, so that a seed means the same values on every device.
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var generator = new Generator(unchecked((ulong)Mix(seed, name)), CPU);
        var values = empty(shape, dtype: ScalarType.Float32, device: CPU);
        fill(values, generator);
        return values.to(dtype, device).MoveToOuterDisposeScope();
    }

    /// <summary>A seed for what has a name.</summary>
    public static long Mix(long seed, string name)
    {
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{seed}/{name}"), hash);
        return BitConverter.ToInt64(hash);
    }
}
