using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>Output that tests look at.</summary>
internal sealed class RecordedOutput : ICellOutput
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public string Out => Read(_out);

    public string Error => Read(_error);

    public ConcurrentQueue<(MimeBundle Content, string? Id, bool Replace)> Displays { get; } = [];

    public ConcurrentQueue<MimeBundle> Results { get; } = [];

    public ConcurrentQueue<string> Answers { get; } = [];

    public ConcurrentQueue<string> Events { get; } = [];

    public void Stream(bool error, string text)
    {
        var builder = error ? _error : _out;
        lock (builder)
            builder.Append(text);

        Events.Enqueue(error ? "stderr" : "stdout");
    }

    public void Display(MimeBundle content, string? displayId, bool replace)
    {
        Displays.Enqueue((content, displayId, replace));
        Events.Enqueue("display");
    }

    public void Result(MimeBundle content)
    {
        Results.Enqueue(content);
        Events.Enqueue("result");
    }

    public void Clear(bool wait) => Events.Enqueue("clear");

    public Task<string> AskAsync(string prompt, bool password)
    {
        Events.Enqueue($"ask:{prompt}");
        return Answers.TryDequeue(out var answer) ? Task.FromResult(answer) : Task.FromException<string>(new InvalidOperationException("There is nobody to ask."));
    }

    public ConcurrentQueue<(string Type, JsonObject Content, JsonObject Metadata)> Forwarded { get; } = [];

    public void Forward(string type, JsonObject content, JsonObject metadata)
    {
        Forwarded.Enqueue((type, content, metadata));
        Events.Enqueue(type);
    }

    private static string Read(StringBuilder builder)
    {
        lock (builder)
            return builder.ToString();
    }
}
