using System.Globalization;

namespace ICAE.Lab.Formats.Downloads;

/// <summary>Tries again after faults that pass, each time after a longer while; what comes nearer to its end is not given up.</summary>
/// <param name="delay">Waits.</param>
/// <param name="note">Told of each fault.</param>
internal sealed class DownloadRetry(Func<TimeSpan, CancellationToken, Task> delay, Action<string> note)
{
    /// <summary>Tries in a row without a byte gained.</summary>
    public const int MaxTries = 6;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Runs something until it succeeds.</summary>
    /// <param name="attempt">One try.</param>
    /// <param name="position">How far it has come; further than at the last fault, it counts as a first try.</param>
    /// <param name="cancellation">Stops it, between tries too.</param>
    /// <exception cref="IcaeException">It fails for good.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> attempt, Func<long> position, CancellationToken cancellation)
    {
        var (tries, best) = (0, position());
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (TransientDownloadException error)
            {
                var now = position();
                (tries, best) = now > best ? (1, now) : (tries + 1, best);
                if (tries >= MaxTries)
                    throw new IcaeException($"{error.Message} It was tried {MaxTries} times in a row.", error);

                if (error.Wait > LongestWait)
                    throw new IcaeException(string.Create(CultureInfo.InvariantCulture, $"{error.Message} The server asks to wait {error.Wait.Value.TotalMinutes:0} minutes."), error);

                var wait = error.Wait ?? FirstWait * (1 << (tries - 1));
                note(string.Create(CultureInfo.InvariantCulture, $"{error.Message} Trying again in {Math.Ceiling(wait.TotalSeconds):0} s."));
                await delay(wait, cancellation).ConfigureAwait(false);
            }
        }
    }
}
