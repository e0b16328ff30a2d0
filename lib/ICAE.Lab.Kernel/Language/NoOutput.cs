using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Output that nobody sees. The value is kept.</summary>
internal sealed class NoOutput : ICellOutput
{
    /// <summary>The cell's value, once it has one.</summary>
    public MimeBundle? Value { get; private set; }

    public void Stream(bool error, string text)
    {
    }

    public void Display(MimeBundle content, string? displayId, bool replace)
    {
    }

    public void Result(MimeBundle content) => Value = content;

    public void Clear(bool wait)
    {
    }

    public Task<string> AskAsync(string prompt, bool password) => Task.FromException<string>(new InvalidOperationException("There is nobody to ask."));

    public void Forward(string type, JsonObject content, JsonObject metadata)
    {
    }
}
