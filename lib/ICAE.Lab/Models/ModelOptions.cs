using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>Where and in which type a model is loaded.</summary>
public sealed record ModelOptions
{
    /// <summary>More threads than this are refused: a number that is a typing error must not be tried.</summary>
    public const int MostThreads = 1024;

    /// <summary>The device: <c>cpu</c>, <c>cuda</c>, <c>cuda:0</c> and so on, <c>mps</c>, or <c>meta</c>, which has shapes and no values.</summary>
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
            : Math.Min(Environment.ProcessorCount, MostThreads);

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
        var index = 0;
        if (colon >= 0 && (kind != "cuda" || !int.TryParse(Device.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out index)))
        {
            throw Unknown();
        }

        switch (kind)
        {
            case "cpu":
                return new Device(TorchSharp.DeviceType.CPU);
            case "meta":
                return new Device(TorchSharp.DeviceType.META);
            case "mps":
                return mps_is_available() ? new Device(TorchSharp.DeviceType.MPS) : throw Absent("TorchSharp finds no Metal device");
            case "cuda" when !cuda_is_available():
                throw Absent("TorchSharp finds no CUDA device; a build with -p:TorchBackend=cuda is needed");
            case "cuda":
                return index < cuda.device_count() ? new Device(TorchSharp.DeviceType.CUDA, index) : throw Absent($"CUDA devices here: {cuda.device_count()}");
            default:
                throw Unknown();
        }
    }

    private ConfigurationException Unknown() => new($"The device '{Device}' is none of cpu, cuda, cuda:N, mps and meta.");

    private ConfigurationException Absent(string cause) => new($"device {Device}: this machine does not have it: {cause}.");
}
