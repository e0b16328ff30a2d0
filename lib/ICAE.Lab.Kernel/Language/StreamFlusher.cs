using System.Collections.Concurrent;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Sends gathered text 50 ms after the first of it came. Has a thread of its own: a cell may keep every thread of the pool busy.</summary>
internal static class StreamFlusher
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);
    private static readonly BlockingCollection<CellStreams> Waiting = Start();

    public static void FlushSoon(CellStreams streams) => Waiting.Add(streams);

    private static BlockingCollection<CellStreams> Start()
    {
        var waiting = new BlockingCollection<CellStreams>();

        // Without the context of the cell that happens to be the first, which would be kept for good.
        new Thread(() => Run(waiting)) { IsBackground = true, Name = "cell output" }.UnsafeStart();
        return waiting;
    }

    private static void Run(BlockingCollection<CellStreams> waiting)
    {
        foreach (var first in waiting.GetConsumingEnumerable())
        {
            Thread.Sleep(Delay);
            Flush(first);
            while (waiting.TryTake(out var next))
                Flush(next);
        }
    }

    private static void Flush(CellStreams streams)
    {
        try
        {
            streams.Flush();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The thread serves all cells: what one of them cannot send must not end it, and with it the process.
            HostConsole.Log($"icae-kernel: output of a cell cannot be sent: {error.Message}{Environment.NewLine}");
        }
    }
}
