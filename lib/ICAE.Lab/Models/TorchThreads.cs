using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// A number of threads of the native library for as long as something is computed. The number is that of the whole process: where several of these overlap, the newest
/// decides, and the last one that ends gives back what was there before the first.
/// </summary>
internal sealed class TorchThreads : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _open;
    private static int _before;
    private bool _ended;

    /// <param name="threads">The number; <see langword="null"/> leaves it as it is for now.</param>
    public TorchThreads(int? threads = null)
    {
        lock (Gate)
        {
            if (_open++ == 0)
                _before = get_num_threads();

            if (threads is { } number)
                set_num_threads(number);
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_ended)
                return;

            _ended = true;
            if (--_open == 0)
                set_num_threads(_before);
        }
    }
}
