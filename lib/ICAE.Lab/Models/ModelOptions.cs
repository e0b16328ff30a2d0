using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>Where and in which type a model is loaded.</summary>
public sealed record ModelOptions
{
    private const int MostThreads = 4096;

    /// <summary>The device, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The type of activations.</summary>
    public ScalarType ComputeType { get; init; } = ScalarType.Float32;

    /// <summary>The type in which the base's weights are held; <see langword="null"/> for <see cref="ComputeType"/>.</summary>
    public ScalarType? WeightType { get; init; }

    /// <summary>Threads of the native library, for the whole process; <see langword="null"/> leaves them as they are.</summary>
    public int? Threads { get; init; }

    /// <summary>Where names are looked for.</summary>
    public ModelStore Store { get; init; } = ModelStore.Default;

    /// <summary>The threads that are taken where nothing says how many: those of OMP_NUM_THREADS if it is set, else the machine's cores.</summary>
    public static int UsualThreads =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), System.Globalization.NumberStyles.None, null, out var threads) && threads is >= 1 and <= MostThreads
            ? threads
            : Environment.ProcessorCount;

    /// <summary>The device, and threads set.</summary>
    /// <returns>The device.</returns>
    /// <exception cref="ConfigurationException">There is no such device, or a number of threads makes no sense.</exception>
    public Device Open()
    {
        if (Threads is { } threads)
        {
            if (threads is < 1 or > MostThreads)
            {
                throw new ConfigurationException($"Threads ({threads}) must lie between 1 and {MostThreads}.");
            }

            set_num_threads(threads);
        }

        var colon = Device.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? Device : Device[..colon];
        var known = Enum.TryParse<TorchSharp.DeviceType>(kind, ignoreCase: true, out var type) && Enum.IsDefined(type) && !char.IsAsciiDigit(kind[0]);
        var index = -1;
        if (!known || (colon >= 0 && !int.TryParse(Device.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out index)))
        {
            throw new ConfigurationException($"The device '{Device}' is not one such as cpu, cuda, cuda:0, mps or meta.");
        }

        if (type == TorchSharp.DeviceType.CUDA && !cuda.is_available())
        {
            throw new ConfigurationException($"The device '{Device}' is not there: the native library sees no CUDA device, or was built without CUDA.");
        }

        return new Device(type, index);
    }
}
