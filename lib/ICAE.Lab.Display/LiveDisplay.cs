using System.Diagnostics;

namespace ICAE.Lab.Display;

/// <summary>A display that is replaced in place, at most twice a second, where the kernel can do that.</summary>
internal sealed class LiveDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private readonly string _id = $"icae-{Guid.NewGuid():N}";
    private readonly Func<(string Html, string Text)> _look;
    private readonly Stopwatch _sinceShown = new();
    private bool _isShown;

    /// <summary>Prepares it; nothing is shown yet.</summary>
    /// <param name="look">Gives what is to be shown now.</param>
    public LiveDisplay(Func<(string Html, string Text)> look) => _look = look;

    /// <summary>Shows it, or replaces what is shown.</summary>
    /// <param name="now">Even if that was done less than half a second ago: for the last time.</param>
    /// <returns>Whether the kernel shows it.</returns>
    public bool Refresh(bool now)
    {
        lock (_lock)
        {
            if (_isShown && !now && _sinceShown.Elapsed < Interval)
                return true;

            var (html, text) = _look();
            var content = new Dictionary<string, string> { ["text/html"] = html, ["text/plain"] = text };
            _isShown = _isShown ? NotebookHost.Replace(_id, content) || _isShown : NotebookHost.Show(_id, content);
            _sinceShown.Restart();
            return _isShown;
        }
    }
}
