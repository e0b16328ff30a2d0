using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>The open comms. A comm for a target that no cell has registered is closed at once, as the protocol wants it.</summary>
internal sealed class Comms
{
    private static Comms? _current;
    private readonly KernelServer _server;
    private readonly CellEngine _engine;
    private readonly ConcurrentDictionary<string, Comm> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Action<Comm>> _targets = new(StringComparer.Ordinal);
    private volatile JupyterMessage? _request;

    public Comms(KernelServer server, CellEngine engine)
    {
        _server = server;
        _engine = engine;
        _current = this;
    }

    public static Comms Current => _current ?? throw new InvalidOperationException("Comms are there only in a notebook's kernel.");

    public void Register(string target, Action<Comm> opened) => _targets[target] = opened;

    public Comm Open(string target, JsonNode? data)
    {
        var comm = new Comm(Guid.NewGuid().ToString("N"), target, data, Send);
        _open[comm.Id] = comm;
        Publish("comm_open", new JsonObject { ["comm_id"] = comm.Id, ["target_name"] = target, ["data"] = data?.DeepClone() ?? new JsonObject() });
        return comm;
    }

    /// <summary>Answers a <c>comm_info_request</c>.</summary>
    public JsonObject Info(JsonObject request)
    {
        var target = request.Text("target_name");
        var open = new JsonObject();
        foreach (var comm in _open.Values.Where(comm => target.Length == 0 || comm.Target == target))
            open[comm.Id] = new JsonObject { ["target_name"] = comm.Target };

        return JsonFields.Ok(("comms", open));
    }

    /// <summary>Takes a message of a comm to the cell's code that waits for it.</summary>
    public async Task ReceiveAsync(JupyterMessage message)
    {
        var id = message.Content.Text("comm_id");
        var data = message.Content["data"]?.DeepClone();
        _request = message;
        switch (message.Type)
        {
            case "comm_open":
                await OpenFromPageAsync(id, message.Content.Text("target_name"), data, message).ConfigureAwait(false);
                break;
            case "comm_msg" when _open.TryGetValue(id, out var comm):
                await CallAsync(message, () => comm.Receive(data)).ConfigureAwait(false);
                break;
            case "comm_close" when _open.TryRemove(id, out var comm):
                await CallAsync(message, comm.CloseFromPage).ConfigureAwait(false);
                break;
        }
    }

    private async Task OpenFromPageAsync(string id, string target, JsonNode? data, JupyterMessage message)
    {
        var comm = new Comm(id, target, data, Send);
        if (id.Length == 0 || !_targets.TryGetValue(target, out var opened))
        {
            Send(comm, "comm_close", null);
            return;
        }

        _open[id] = comm;
        await CallAsync(message, () => opened(comm)).ConfigureAwait(false);
    }

    private Task CallAsync(JupyterMessage message, Action code) => _engine.CallAsync(new CellRun(0, "", new CellPublisher(_server, message, 0, null)), code);

    private void Send(Comm comm, string type, JsonNode? data)
    {
        if (type == "comm_close")
            _open.TryRemove(comm.Id, out _);

        Publish(type, new JsonObject { ["comm_id"] = comm.Id, ["data"] = data?.DeepClone() ?? new JsonObject() });
    }

    private void Publish(string type, JsonObject content)
    {
        if (CellRun.Running is { } run)
        {
            run.Output.Forward(type, content, []);
            return;
        }

        var parent = _request?.Header;
        if (_server.TrySend(JupyterChannel.IoPub, JupyterMessage.Publication(_server.Session, type, content, parent), CellPublisher.MaxBytes, out var bytes))
            return;

        var note = new JsonObject { ["name"] = "stderr", ["text"] = CellPublisher.LeftOut(type, bytes) };
        _server.Send(JupyterChannel.IoPub, JupyterMessage.Publication(_server.Session, "stream", note, parent));
    }
}
