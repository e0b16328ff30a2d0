using System.Text.Json.Nodes;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>Answers what a front end asks while the user writes. The protocol counts places in code points.</summary>
internal sealed class Assistance(CellEngine engine)
{
    /// <summary>Answers a <c>complete_request</c>.</summary>
    public async Task<JsonObject> CompleteAsync(JsonObject request)
    {
        var (code, position) = Place(request);
        var completion = await CompleteAsync(code, position).ConfigureAwait(false);
        var start = CodePoints.FromIndex(code, completion.Start);
        var end = CodePoints.FromIndex(code, completion.End);
        var kinds = completion.Items.Select(item => (JsonNode?)new JsonObject
        {
            ["start"] = start,
            ["end"] = end,
            ["text"] = item.Text,
            ["type"] = item.Kind,
            ["signature"] = item.Signature,
        });
        return JsonFields.Ok(
            ("matches", JsonFields.Texts(completion.Items.Select(item => item.Text))),
            ("cursor_start", start),
            ("cursor_end", end),
            ("metadata", new JsonObject { ["_jupyter_types_experimental"] = new JsonArray([.. kinds]) }));
    }

    /// <summary>Answers an <c>inspect_request</c>.</summary>
    public async Task<JsonObject> InspectAsync(JsonObject request)
    {
        var (code, position) = Place(request);
        var known = await ExplainAsync(code, position, request.Number("detail_level") is > 0).ConfigureAwait(false);
        return JsonFields.Ok(("found", known is not null), ("data", known?.ToJson() ?? []), ("metadata", new JsonObject()));
    }

    /// <summary>Answers an <c>is_complete_request</c>.</summary>
    public JsonObject IsComplete(JsonObject request)
    {
        var code = request.Text("code");
        var (language, start, end) = CellParser.Locate(code, code.Length, engine.IsCommand);
        if (language != CellParser.CSharp)
            return new JsonObject { ["status"] = "unknown" };

        var lines = code[start..end];
        var status = Completeness.Of(lines);
        var reply = new JsonObject { ["status"] = status };
        if (status == "incomplete")
            reply["indent"] = Completeness.Indent(lines);

        return reply;
    }

    /// <summary>What is known of the name at a place in a cell.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The place, in UTF-16 units.</param>
    /// <param name="inFull">Whether all signatures are wanted.</param>
    public Task<MimeBundle?> ExplainAsync(string code, int position, bool inFull)
    {
        var (language, start, end) = CellParser.Locate(code, position, engine.IsCommand);
        return Assistant(language) is { } assistant
            ? engine.DoAsync(() => assistant.InspectAsync(code[start..end], Within(position, start, end), inFull, CancellationToken.None))
            : Task.FromResult<MimeBundle?>(null);
    }

    private async Task<Completion> CompleteAsync(string code, int position)
    {
        var (language, start, end) = CellParser.Locate(code, position, engine.IsCommand);
        if (language is null)
            return Completer.CompleteNames(engine.Entries().Select(entry => entry.Name), code, position);

        if (Assistant(language) is not { } assistant)
            return new Completion([], position, position);

        var found = await engine.DoAsync(() => assistant.CompleteAsync(code[start..end], Within(position, start, end), CancellationToken.None)).ConfigureAwait(false);
        return found with { Start = found.Start + start, End = found.End + start };
    }

    private ICodeAssistant? Assistant(string? language) =>
        language is not null && engine.Languages.TryGetValue(language, out var found) ? found as ICodeAssistant : null;

    private static int Within(int position, int start, int end) => Math.Clamp(position, start, end) - start;

    private static (string Code, int Position) Place(JsonObject request)
    {
        var code = request.Text("code");
        return (code, CodePoints.ToIndex(code, Math.Max(0, request.Number("cursor_pos") ?? int.MaxValue)));
    }
}
