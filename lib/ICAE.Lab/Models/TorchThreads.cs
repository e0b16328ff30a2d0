using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>A number of threads of the native library for as long as something is computed; the number is that of the whole process.</summary>
internal sealed class TorchThreads : IDisposable
{
    private readonly int _before = get_num_threads();

    /// <param name="threads">The number; <see langword="null"/> leaves it as it is for now.</param>
    public TorchThreads(int? threads = null)
    {
        if (threads is { } number)
            set_num_threads(number);
    }

    public void Dispose() => set_num_threads(_before);
}
