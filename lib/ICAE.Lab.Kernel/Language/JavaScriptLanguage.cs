using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel.Language;

/// <summary>JavaScript: runs in the page that shows the notebook. Values that were shared with it are global there.</summary>
internal sealed class JavaScriptLanguage : ICellLanguage
{
    private readonly Dictionary<string, JsonNode?> _pending = [];

    public string Name => "javascript";

    public string Description => "JavaScript, in the page that shows the notebook";

    /// <summary>Gives a value to the next cell, and by it to the page.</summary>
    public void Set(string name, JsonNode? value) => _pending[name] = value;

    public Task RunAsync(CellSegment segment, CellRun run, bool isLast)
    {
        run.Output.Display(MimeBundle.Of("text/html", Script(segment.Text)), null, replace: false);
        return Task.CompletedTask;
    }

    public void Interrupt()
    {
        // It runs in the page.
    }

    /// <summary>JavaScript as HTML that runs it.</summary>
    public static string Element(string code) => $"<script type=\"text/javascript\">{code.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)}</script>";

    private string Script(string code)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _pending)
        {
            // The serialiser's default escapes < as well: a value cannot end the element.
            var literal = value?.ToJsonString(JsonSerializerOptions.Default) ?? "null";
            text.Append("globalThis[").Append(JsonSerializer.Serialize(name)).Append("] = ").Append(literal).Append(";\n");
        }

        _pending.Clear();
        return Element(text + code);
    }
}
