using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>An output as HTML: of what the kernel offers, the richest that a page can show without a network.</summary>
internal static class OutputHtml
{
    private static readonly string[] Preferred =
    [
        "text/html", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "text/markdown", "application/javascript", "text/latex",
        "application/json", "text/plain",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renders an output.</summary>
    /// <param name="output">The output, as <see cref="NotebookCell.Outputs"/> has it.</param>
    /// <param name="page">The page that it is for.</param>
    /// <returns>The HTML.</returns>
    public static string Render(JsonObject output, PageContext page)
    {
        switch (Text(output["output_type"]))
        {
            case "stream":
                var name = Text(output["name"]) == "stderr" ? "stderr" : "stdout";
                return $"<pre class=\"output {name}\" tabindex=\"0\" aria-label=\"{(name == "stderr" ? "standard error" : "standard output")}\">{AnsiText.ToHtml(Text(output["text"]))}</pre>";
            case "error":
                return Error(output);
            default:
                return $"<div class=\"output\">{Data(output["data"] as JsonObject ?? [], output["metadata"] as JsonObject ?? [], page)}</div>";
        }
    }

    /// <summary>A picture as a <c>data:</c> address.</summary>
    /// <param name="mime">Its type.</param>
    /// <param name="data">Base64, or XML for <c>image/svg+xml</c>.</param>
    /// <returns>The address; <see langword="null"/> if the data is no base64.</returns>
    public static string? Picture(string mime, string data)
    {
        if (mime == "image/svg+xml" && data.AsSpan().TrimStart().StartsWith("<"))
            return "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(data));

        var base64 = string.Concat(data.Where(character => !char.IsWhiteSpace(character)));
        return System.Buffers.Text.Base64.IsValid(base64) ? $"data:{mime};base64,{base64}" : null;
    }

    private static string Error(JsonObject output)
    {
        var trace = output["traceback"] is JsonArray lines ? string.Join('\n', lines.Select(Text)) : "";
        var summary = $"{Text(output["ename"])}: {Text(output["evalue"])}";
        var text = trace.Trim().Length == 0 ? summary : trace;
        return $"<div class=\"output error\" role=\"group\" aria-label=\"error\"><strong>This cell failed.</strong><pre tabindex=\"0\">{AnsiText.ToHtml(text)}</pre></div>";
    }

    private static string Data(JsonObject data, JsonObject metadata, PageContext page)
    {
        foreach (var mime in Preferred.Where(data.ContainsKey))
        {
            if (Render(mime, data, metadata, page) is { } html)
                return html;
        }

        return data.Count == 0 ? "" : $"<em class=\"left-out\">[an output that this page cannot show: {WebUtility.HtmlEncode(string.Join(", ", data.Select(each => each.Key)))}]</em>";
    }

    private static string? Render(string mime, JsonObject data, JsonObject metadata, PageContext page)
    {
        var text = Text(data[mime]);
        switch (mime)
        {
            case "text/html":
                return HtmlFilter.Clean(text, page.Policy(allowScripts: true));
            case "text/markdown":
                return MarkdownHtml.Render(text, page);
            case "application/javascript":
                return $"<script>(function (element) {{\n{ScriptText.Safe(text)}\n}})(document.currentScript.parentElement);</script>";
            case "application/json":
                return CodeHtml.Block(data[mime]?.ToJsonString(Indented) ?? "null", "json");
            case "text/latex":
                return $"<pre tabindex=\"0\" aria-label=\"LaTeX\">{WebUtility.HtmlEncode(text)}</pre>";
            case "text/plain":
                return $"<pre tabindex=\"0\">{AnsiText.ToHtml(text)}</pre>";
            default:
                return Picture(mime, text) is { } address ? Picture(address, Alternative(data), metadata[mime] as JsonObject) : null;
        }
    }

    private static string Picture(string address, string alternative, JsonObject? size)
    {
        var html = new StringBuilder($"<img src=\"{WebUtility.HtmlEncode(address)}\" alt=\"{WebUtility.HtmlEncode(alternative)}\"");
        foreach (var side in (string[])["width", "height"])
        {
            if (size?[side] is JsonValue value && value.TryGetValue<double>(out var pixels) && pixels is > 0 and < 100_000)
                html.Append(System.Globalization.CultureInfo.InvariantCulture, $" {side}=\"{pixels:0}\"");
        }

        return html.Append('>').ToString();
    }

    private static string Alternative(JsonObject data)
    {
        var text = Text(data["text/plain"]).Trim();
        return text.Length == 0 || text.StartsWith('<') ? "a picture without a description" : text;
    }

    private static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";
}
