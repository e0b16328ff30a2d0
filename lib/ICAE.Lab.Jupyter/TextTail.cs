using System.Text;

namespace ICAE.Lab.Jupyter;

/// <summary>The end of what a process writes, within bounds.</summary>
internal sealed class TextTail
{
    private const int MaxLength = 64 << 10;
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();

    public void Append(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            _text.Append(text);
            if (_text.Length > 2 * MaxLength)
                _text.Remove(0, _text.Length - MaxLength);
        }
    }

    public override string ToString()
    {
        lock (_lock)
            return _text.Length > MaxLength ? _text.ToString(_text.Length - MaxLength, MaxLength) : _text.ToString();
    }
}
