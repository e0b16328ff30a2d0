namespace ICAE.Lab.Kernel.Protocol;

/// <summary>
/// Copies what arrives to a stream, on a thread of its own. Whoever hands something over never waits: where nobody reads the stream, what comes while
/// it is full is left out.
/// </summary>
internal sealed class OutputCopy
{
    private const int MaxWaiting = 64;
    private readonly object _gate = new();
    private readonly Queue<byte[]> _waiting = new();

    public OutputCopy(Stream target) => new Thread(() => Run(target)) { IsBackground = true, Name = "copy of native output" }.Start();

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_waiting.Count == MaxWaiting)
                return;

            _waiting.Enqueue(bytes.ToArray());
            Monitor.Pulse(_gate);
        }
    }

    private void Run(Stream target)
    {
        while (true)
        {
            try
            {
                target.Write(Take());
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // Nobody reads it any more.
                return;
            }
        }
    }

    private byte[] Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
                Monitor.Wait(_gate);

            return _waiting.Dequeue();
        }
    }
}
