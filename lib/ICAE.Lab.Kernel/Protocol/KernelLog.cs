using System.Globalization;
using System.Text;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>
/// The kernel's own messages, on the standard error that the process was started with: front ends write it to their log. A flood is cut: at most
/// 50 lines in ten seconds.
/// </summary>
internal sealed class KernelLog(OutputCopy output)
{
    private const int MaxLines = 50;
    private const long WindowMilliseconds = 10_000;
    private readonly Lock _gate = new();
    private long _windowStart = long.MinValue / 2;
    private int _lines;
    private int _dropped;

    /// <summary>Writes a line with the time.</summary>
    public void Write(string message)
    {
        lock (_gate)
        {
            var now = Environment.TickCount64;
            if (now - _windowStart > WindowMilliseconds)
            {
                if (_dropped > 0)
                    Put($"icae-kernel: {_dropped} further messages were left out{Environment.NewLine}");

                (_windowStart, _lines, _dropped) = (now, 0, 0);
            }

            if (++_lines > MaxLines)
                _dropped++;
            else
                Put($"icae-kernel {DateTime.UtcNow.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}: {message}{Environment.NewLine}");
        }
    }

    /// <summary>Writes what the process wrote while no cell had run.</summary>
    public void Text(string text)
    {
        lock (_gate)
            Put(text);
    }

    private void Put(string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
