using System.Text.Json.Nodes;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>Markdown as HTML without scripts; its headings enter the page's table of contents.</summary>
internal static class MarkdownHtml
{
    private const string AttachmentScheme = "attachment:";

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseTaskLists().UseAutoLinks().UseEmphasisExtras().UseMathematics().UseFootnotes().Build();

    /// <summary>Renders a text.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="page">The page that it is for.</param>
    /// <param name="attachments">Pictures that come with it, as a cell has them.</param>
    /// <returns>The HTML.</returns>
    public static string Render(string markdown, PageContext page, JsonObject? attachments = null)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            var text = PlainText(heading);
            var id = page.HeadingId(text);
            heading.GetAttributes().Id = id;
            page.Headings.Add((heading.Level, id, text));
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.RemoveAll(each => each is CodeBlockRenderer);
        renderer.ObjectRenderers.Insert(0, new HighlightedCode());
        renderer.Render(document);
        return HtmlFilter.Clean(writer.ToString(), page.Policy(allowScripts: false, address => Attachment(attachments, address)));
    }

    private static string PlainText(HeadingBlock heading)
    {
        var parts = heading.Inline?.Descendants().Select(inline => inline switch
        {
            LiteralInline literal => literal.Content.ToString(),
            CodeInline code => code.Content,
            LineBreakInline => " ",
            _ => "",
        });
        return string.Concat(parts ?? []).Trim();
    }

    private static string? Attachment(JsonObject? attachments, string address)
    {
        if (!address.StartsWith(AttachmentScheme, StringComparison.OrdinalIgnoreCase))
            return null;

        var name = Uri.UnescapeDataString(address[AttachmentScheme.Length..]);
        var picture = (attachments?[name] as JsonObject)?.FirstOrDefault(each => each.Key.StartsWith("image/", StringComparison.Ordinal));
        return picture is { Value: { } data } ? OutputHtml.Picture(picture.Value.Key, data.ToString()) : null;
    }

    private sealed class HighlightedCode : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            var language = (obj as FencedCodeBlock)?.Info ?? "";
            renderer.EnsureLine();
            renderer.Write(CodeHtml.Block(obj.Lines.ToString(), language));
            renderer.EnsureLine();
        }
    }
}
