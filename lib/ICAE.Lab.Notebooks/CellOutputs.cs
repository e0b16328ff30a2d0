using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Notebooks;

/// <summary>Turns what a kernel publishes into the outputs of a cell, as Jupyter's front ends do.</summary>
internal sealed class CellOutputs
{
    private readonly NotebookCell _cell;
    private readonly Dictionary<string, List<JsonObject>> _displays;
    private readonly long _maxLength;
    private StringBuilder? _stream;
    private bool _clearBeforeNext;
    private long _length;

    /// <param name="cell">The cell that runs; its old outputs go.</param>
    /// <param name="displays">The outputs of the whole notebook that can be updated, by their display's id.</param>
    /// <param name="maxLength">How many characters are kept.</param>
    public CellOutputs(NotebookCell cell, Dictionary<string, List<JsonObject>> displays, long maxLength)
    {
        _cell = cell;
        _displays = displays;
        _maxLength = maxLength;
        cell.Clear();
    }

    public void Add(JupyterMessage message)
    {
        var content = message.Content;
        switch (message.Type)
        {
            case "stream":
                AddStream(Text(content["name"]) == "stderr" ? "stderr" : "stdout", Text(content["text"]));
                break;
            case "display_data" or "execute_result":
                AddDisplay(message.Type, content);
                break;
            case "update_display_data":
                Update(content);
                break;
            case "error":
                AddOutput(Error(Text(content["ename"]), Text(content["evalue"]), content["traceback"] as JsonArray));
                break;
            case "clear_output":
                Clear(content["wait"]?.GetValueKind() == JsonValueKind.True);
                break;
            case "execute_input" when content["execution_count"] is JsonValue count && count.TryGetValue<int>(out var number):
                _cell.ExecutionCount = number;
                break;
        }
    }

    /// <summary>Adds an error that did not come from the kernel.</summary>
    public void AddError(string name, string reason, IEnumerable<string> trace) =>
        AddOutput(Error(name, reason, new JsonArray([.. trace.Select(line => JsonValue.Create(line))])));

    /// <summary>Writes what is still gathered; the cell is complete afterwards.</summary>
    public void Complete() => EndStream();

    private void AddStream(string name, string text)
    {
        BeforeOutput();
        if (_length < 0)
            return;

        var last = _cell.Outputs.LastOrDefault();
        if (_stream is null || Text(last?["name"]) != name)
        {
            EndStream();
            _cell.Outputs.Add(new JsonObject { ["output_type"] = "stream", ["name"] = name, ["text"] = "" });
            _stream = new StringBuilder();
        }

        // Of what goes beyond the limit, the beginning is kept.
        _stream!.Append(text.AsSpan(0, (int)Math.Min(text.Length, _maxLength - _length)));
        Fits(text.Length);
    }

    private void AddDisplay(string type, JsonObject content)
    {
        var output = new JsonObject { ["output_type"] = type, ["data"] = Data(content), ["metadata"] = Clone(content["metadata"]) };
        if (type == "execute_result")
        {
            output["execution_count"] = content["execution_count"] is JsonValue count && count.TryGetValue<int>(out var number) ? number : _cell.ExecutionCount;
        }

        if (AddOutput(output) && Text(content["transient"]?["display_id"]) is { Length: > 0 } id)
        {
            if (!_displays.TryGetValue(id, out var shown))
                _displays[id] = shown = [];

            shown.Add(output);
        }
    }

    private void Update(JsonObject content)
    {
        if (!_displays.TryGetValue(Text(content["transient"]?["display_id"]), out var shown))
            return;

        foreach (var output in shown)
        {
            output["data"] = Data(content);
            output["metadata"] = Clone(content["metadata"]);
        }
    }

    private void Clear(bool wait)
    {
        _clearBeforeNext = wait;
        if (!wait)
            Empty();
    }

    private void BeforeOutput()
    {
        if (!_clearBeforeNext)
            return;

        _clearBeforeNext = false;
        Empty();
    }

    private void Empty()
    {
        _stream = null;
        _length = 0;
        foreach (var shown in _displays.Values)
            shown.RemoveAll(_cell.Outputs.Contains);

        _cell.Outputs.Clear();
    }

    private bool AddOutput(JsonObject output)
    {
        BeforeOutput();
        EndStream();
        if (!Fits(Length(output)))
            return false;

        _cell.Outputs.Add(output);
        return true;
    }

    private void EndStream()
    {
        if (_stream is not null)
            _cell.Outputs[^1]["text"] = _stream.ToString();

        _stream = null;
    }

    private bool Fits(long more)
    {
        if (_length < 0)
            return false;

        _length += more;
        if (_length <= _maxLength)
            return true;

        // Said once; a negative length marks that it was.
        _length = -1;
        EndStream();
        _cell.Outputs.Add(new JsonObject { ["output_type"] = "stream", ["name"] = "stderr", ["text"] = $"[the output is longer than {_maxLength} characters; the rest is left out]\n" });
        return false;
    }

    private static JsonObject Error(string name, string reason, JsonArray? trace) => new()
    {
        ["output_type"] = "error",
        ["ename"] = name,
        ["evalue"] = reason,
        ["traceback"] = new JsonArray([.. (trace ?? []).Select(line => JsonValue.Create(Text(line)))]),
    };

    /// <summary>The data of a display. Texts that came as lists of lines are joined.</summary>
    private static JsonObject Data(JsonObject content)
    {
        var data = Clone(content["data"]);
        foreach (var (mime, value) in data.ToArray())
        {
            if (!NotebookReader.IsJson(mime) && value is JsonArray lines)
                data[mime] = string.Concat(lines.Select(Text));
        }

        return data;
    }

    private static JsonObject Clone(JsonNode? node) => node is JsonObject json ? (JsonObject)json.DeepClone() : [];

    private static long Length(JsonNode? node) => node switch
    {
        JsonObject json => json.Sum(field => field.Key.Length + Length(field.Value)),
        JsonArray list => list.Sum(Length),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>().Length,
        _ => 8,
    };

    private static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";
}
