using System.Text.Json.Nodes;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>Output that takes nothing any more.</summary>
internal sealed class ClosedOutput : ICellOutput
{
    public void Stream(bool error, string text) => throw Closed();

    public void Display(MimeBundle content, string? displayId, bool replace) => throw Closed();

    public void Result(MimeBundle content) => throw Closed();

    public void Clear(bool wait) => throw Closed();

    public Task<string> AskAsync(string prompt, bool password) => throw Closed();

    public void Forward(string type, JsonObject content, JsonObject metadata) => throw Closed();

    private static ObjectDisposedException Closed() => new(nameof(ClosedOutput));
}
