using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>What another kernel publishes for a cell, as that cell's output.</summary>
/// <param name="output">The cell's output.</param>
/// <param name="isLast">Whether its result is the cell's; else it is only shown.</param>
internal sealed class ForwardedOutput(CellStreams output, bool isLast)
{
    /// <summary>Takes a message.</summary>
    public void Take(JupyterMessage message)
    {
        var content = message.Content;
        switch (message.Type)
        {
            case "stream":
                output.Stream(Text(content, "name") == "stderr", Text(content, "text"));
                break;
            case "display_data" or "update_display_data":
                Forward(message.Type, content, message.Metadata);
                break;
            case "execute_result":
                Forward(isLast ? message.Type : "display_data", content, message.Metadata);
                break;
            case "clear_output":
                output.Clear(content["wait"]?.ToString() == "true");
                break;
        }
    }

    /// <summary>Shows what the kernel would have a front end show in its pager: what is asked for by a question mark.</summary>
    public void ShowPages(JsonArray? payload)
    {
        foreach (var page in (payload ?? []).OfType<JsonObject>().Where(page => Text(page, "source") == "page"))
        {
            if (page["data"] is JsonObject data)
                output.Forward("display_data", Display(data, []), []);
        }
    }

    private void Forward(string type, JsonObject content, JsonObject metadata)
    {
        // The message keeps its own: what is forwarded gets another message's number.
        var forwarded = (JsonObject)content.DeepClone();
        if (type == "display_data")
            forwarded = Display(forwarded["data"] as JsonObject ?? [], forwarded["metadata"] as JsonObject ?? [], forwarded["transient"] as JsonObject);

        output.Forward(type, forwarded, (JsonObject)metadata.DeepClone());
    }

    private static JsonObject Display(JsonObject data, JsonObject metadata, JsonObject? transient = null) => new()
    {
        ["data"] = data.DeepClone(),
        ["metadata"] = metadata.DeepClone(),
        ["transient"] = transient?.DeepClone() ?? new JsonObject(),
    };

    private static string Text(JsonObject content, string name) => content[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
