using System.Runtime.ExceptionServices;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Training;

/// <summary>
/// A thread for one run. The native library gives each thread that calls it helpers of its own, and those take over how denormal numbers are handled when they are made:
/// here before all else. So a run that was stopped computes the same as one that was not, whatever the process did before.
/// </summary>
internal static class TrainingThread
{
    // More than the native library computes on one thread.
    private const int Shared = 1 << 20;

    /// <summary>Runs something there, and waits for it.</summary>
    /// <param name="threads">Threads of the native library meanwhile.</param>
    /// <param name="body">What to run; gets a token that is cancelled with the caller's, and when the caller's wait is interrupted, as an abandoned cell's is.</param>
    /// <param name="cancellation">The caller's token.</param>
    /// <returns>What it returns; what it throws is thrown here.</returns>
    public static T Run<T>(int threads, Func<CancellationToken, T> body, CancellationToken cancellation = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var token = stop.Token;
        T result = default!;
        ExceptionDispatchInfo? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var own = new TorchThreads(threads);
                MakeHelpers();
                result = body(token);
            }
            catch (Exception error)
            {
                fault = ExceptionDispatchInfo.Capture(error);
            }
        })
        { IsBackground = true, Name = "training" };
        thread.Start();
        Wait(thread, stop);
        fault?.Throw();
        return result;
    }

    /// <summary>Waits for the thread's end, whatever happens: what it holds must be free when the caller goes on.</summary>
    private static void Wait(Thread thread, CancellationTokenSource stop)
    {
        ThreadInterruptedException? interrupted = null;
        while (thread.IsAlive)
        {
            try
            {
                thread.Join();
            }
            catch (ThreadInterruptedException error)
            {
                interrupted = error;
                stop.Cancel();
            }
        }

        if (interrupted is not null)
            ExceptionDispatchInfo.Throw(interrupted);
    }

    private static void MakeHelpers()
    {
        using var mode = DenormalMode.Set(flush: true);
        using var numbers = zeros(Shared, device: CPU);
        numbers.add_(1);
    }
}
