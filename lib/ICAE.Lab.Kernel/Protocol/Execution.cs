using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>Runs cells for <c>execute_request</c>.</summary>
internal sealed partial class Execution(KernelServer server, CellEngine engine, InputDesk desk, NativeOutput native)
{
    private readonly Assistance _assistance = new(engine);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);
    private int _number;

    /// <summary>The cells that have run.</summary>
    public CellHistory History { get; } = new();

    /// <summary>Notes a request that is to run. Called in the order of arrival.</summary>
    public void Arrived(JupyterMessage request)
    {
        lock (_gate)
            _waiting.Add(request.Header.Id);
    }

    /// <summary>Runs a request's code, and answers.</summary>
    public async Task<JsonObject> RunAsync(JupyterMessage request)
    {
        if (!Begin(request.Header.Id))
            return new JsonObject { ["status"] = "aborted", ["execution_count"] = _number };

        var code = request.Content.Text("code");
        var silent = request.Content.Flag("silent", otherwise: false);
        var remembered = !silent && request.Content.Flag("store_history", otherwise: true);
        if (remembered)
            _number++;

        var publisher = new CellPublisher(server, request, _number, request.Content.Flag("allow_stdin", otherwise: true) ? desk : null);
        if (!silent)
            publisher.Input(code);

        var reply = Question().Match(code) is { Success: true } question
            ? await ExplainAsync(question.Groups["name"].Value).ConfigureAwait(false)
            : await RunCellAsync(request, code, silent ? new NoOutput() : publisher).ConfigureAwait(false);
        if (remembered)
            History.Add(_number, code, publisher.ResultText);

        return reply;
    }

    private async Task<JsonObject> RunCellAsync(JupyterMessage request, string code, ICellOutput output)
    {
        var run = new CellRun(_number, code, output);
        run.Ending += native.Flush;
        var error = await engine.RunAsync(run).ConfigureAwait(false);
        desk.Close();
        if (error is null)
            return JsonFields.Ok(("execution_count", _number), ("user_expressions", await EvaluateAsync(request.Content).ConfigureAwait(false)), ("payload", new JsonArray()));

        (output as CellPublisher)?.Error(error);
        if (request.Content.Flag("stop_on_error", otherwise: true))
            DropWaiting();

        var reply = CellPublisher.ErrorContent(error);
        reply["status"] = "error";
        reply["execution_count"] = _number;
        reply["user_expressions"] = new JsonObject();
        reply["payload"] = new JsonArray();
        return reply;
    }

    /// <summary>Evaluates the expressions that a front end wants to know beside the cell.</summary>
    private async Task<JsonObject> EvaluateAsync(JsonObject content)
    {
        var values = new JsonObject();
        if (content["user_expressions"] is not JsonObject expressions)
            return values;

        foreach (var (name, expression) in expressions)
        {
            var output = new NoOutput();
            var error = await engine.RunAsync(new CellRun(_number, expression?.ToString() ?? "", output)).ConfigureAwait(false);
            var value = error is null ? new JsonObject { ["data"] = output.Value?.ToJson() ?? [], ["metadata"] = new JsonObject() } : CellPublisher.ErrorContent(error);
            value["status"] = error is null ? "ok" : "error";
            values[name] = value;
        }

        return values;
    }

    /// <summary>Answers <c>name?</c>: what is known of the name, in the front end's pager.</summary>
    private async Task<JsonObject> ExplainAsync(string name)
    {
        var known = await _assistance.ExplainAsync(name, name.Length, inFull: true).ConfigureAwait(false);
        var content = known ?? MimeBundle.Of("text/plain", $"Nothing is known of {name}.");
        var page = new JsonObject { ["source"] = "page", ["data"] = content.ToJson(), ["start"] = 0 };
        return JsonFields.Ok(("execution_count", _number), ("user_expressions", new JsonObject()), ("payload", new JsonArray(page)));
    }

    private bool Begin(string id)
    {
        lock (_gate)
        {
            _waiting.Remove(id);
            return !_dropped.Remove(id);
        }
    }

    /// <summary>What was sent before a cell failed was meant for its success.</summary>
    private void DropWaiting()
    {
        lock (_gate)
        {
            _dropped.UnionWith(_waiting);
            _waiting.Clear();
        }
    }

    [GeneratedRegex(@"\A\s*(?<name>[\p{L}_][\w.]*)\?\s*\z")]
    private static partial Regex Question();
}
