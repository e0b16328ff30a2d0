using System.Text.Json.Nodes;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Polyglot;

/// <summary>A user who is asked and never answers.</summary>
internal sealed class SilentUser : ICellOutput
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Asked => _asked.Task;

    public void Stream(bool error, string text)
    {
    }

    public void Display(MimeBundle content, string? displayId, bool replace)
    {
    }

    public void Result(MimeBundle content)
    {
    }

    public void Clear(bool wait)
    {
    }

    public Task<string> AskAsync(string prompt, bool password)
    {
        _asked.TrySetResult();
        return new TaskCompletionSource<string>().Task;
    }

    public void Forward(string type, JsonObject content, JsonObject metadata)
    {
    }
}
