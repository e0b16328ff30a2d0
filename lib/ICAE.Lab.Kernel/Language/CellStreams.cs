using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// A cell's output with its text gathered for up to 50 ms, so that a loop of short lines is no flood of messages. Everything else goes on at
/// once, behind the text that came before it.
/// </summary>
internal sealed class CellStreams(ICellOutput output) : ICellOutput
{
    private const int MaxGathered = 1 << 17;

    // A front end may refuse a message that is too large, and lose those behind it.
    private const int MostInMessage = 1 << 20;
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private bool _error;

    public void Stream(bool error, string text)
    {
        if (text.Length == 0)
            return;

        Gather(error, text);
    }

    public void Display(MimeBundle content, string? displayId, bool replace) => Through(output => output.Display(content, displayId, replace));

    public void Result(MimeBundle content) => Through(output => output.Result(content));

    public void Clear(bool wait) => Through(output => output.Clear(wait));

    public Task<string> AskAsync(string prompt, bool password)
    {
        Flush();
        return output.AskAsync(prompt, password);
    }

    public void Forward(string type, JsonObject content, JsonObject metadata) => Through(output => output.Forward(type, content, metadata));

    /// <summary>Sends what was gathered.</summary>
    public void Flush() => Through(static _ => { });

    private void Gather(bool error, string text)
    {
        bool first;
        lock (_gate)
        {
            if (error != _error)
                SendText();

            first = _text.Length == 0;
            _error = error;
            _text.Append(text);
            if (_text.Length >= MaxGathered)
                SendText();
        }

        if (first)
            StreamFlusher.FlushSoon(this);
    }

    private void Through(Action<ICellOutput> send)
    {
        lock (_gate)
        {
            SendText();
            send(output);
        }
    }

    private void SendText()
    {
        if (_text.Length == 0)
            return;

        var text = _text.ToString();
        _text.Clear();
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(start + MostInMessage, text.Length);

            // The two halves of a character beyond the basic plane stay together.
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
                end--;

            output.Stream(_error, text[start..end]);
            start = end;
        }
    }
}
