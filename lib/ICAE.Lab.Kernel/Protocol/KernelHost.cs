using System.Text.Json.Nodes;
using System.Threading.Channels;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>
/// A kernel: takes requests from the sockets and answers them, those of the shell one after another, those that must not wait (interrupt,
/// shutdown) at once.
/// </summary>
internal sealed class KernelHost : IDisposable
{
    private readonly KernelLog _log;
    private readonly KernelServer _server;
    private readonly CellEngine _engine;
    private readonly InputDesk _desk = new();
    private readonly Comms _comms;
    private readonly Execution _execution;
    private readonly Assistance _assistance;
    private readonly Channel<JupyterMessage> _requests = Channel.CreateUnbounded<JupyterMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Binds the sockets.</summary>
    /// <exception cref="JupyterException">A socket cannot be bound.</exception>
    public KernelHost(ConnectionFile connection, string packageFolder, NativeOutput native, KernelLog log)
    {
        _log = log;
        _engine = new CellEngine(packageFolder, error => log.Write($"a fault of the kernel: {error}"));
        _server = new KernelServer(connection, Receive, rejection => log.Write(rejection.ToString()));
        _comms = new Comms(_server, _engine);
        _execution = new Execution(_server, _engine, _desk, native);
        _assistance = new Assistance(_engine);
    }

    /// <summary>Starts to answer.</summary>
    public void Start()
    {
        _server.Start();
        Publish("status", new JsonObject { ["execution_state"] = "starting" }, null);
        _ = _engine.WarmUpAsync();
        _ = AnswerAllAsync();
    }

    /// <summary>Waits until the kernel is asked to end.</summary>
    public void WaitForStop() => _stopped.Task.Wait();

    /// <summary>Ends the kernel. Returns at once.</summary>
    public void Stop() => _stopped.TrySetResult();

    /// <summary>Stops the cell that runs. Returns at once.</summary>
    public void Interrupt()
    {
        _engine.Interrupt();

        // An answer that comes after this is too late, however long the interrupt takes to arrive.
        _desk.Close();
    }

    public void Dispose()
    {
        _requests.Writer.TryComplete();
        _engine.Dispose();
        _server.Dispose();
    }

    private void Receive(JupyterChannel channel, JupyterMessage message)
    {
        switch (channel, message.Type)
        {
            case (JupyterChannel.Stdin, "input_reply"):
                _desk.Answer(message.ParentHeader?.Id, message.Content.Text("value"));
                break;
            case (JupyterChannel.Control, "interrupt_request"):
                Interrupt();
                AnswerAtOnce(message, JsonFields.Ok());
                break;
            case (JupyterChannel.Control or JupyterChannel.Shell, "shutdown_request"):
                ShutDown(channel, message);
                break;
            case (JupyterChannel.Control, "kernel_info_request"):
                AnswerAtOnce(message, KernelInfo.Reply());
                break;
            case (JupyterChannel.Shell, _):
                Enqueue(message);
                break;
            default:
                _log.Write($"{message.Type} on the {channel} socket is not known");
                break;
        }
    }

    private void Enqueue(JupyterMessage message)
    {
        if (message.Type == "execute_request")
            _execution.Arrived(message);

        _requests.Writer.TryWrite(message);
    }

    private void AnswerAtOnce(JupyterMessage request, JsonObject reply)
    {
        State("busy", request);
        Reply(JupyterChannel.Control, request, reply);
        State("idle", request);
    }

    private void ShutDown(JupyterChannel channel, JupyterMessage request)
    {
        var reply = JsonFields.Ok(("restart", request.Content.Flag("restart", otherwise: false)));
        State("busy", request);
        Publish("shutdown_reply", (JsonObject)reply.DeepClone(), request);
        Reply(channel, request, reply);
        State("idle", request);
        Interrupt();
        Stop();
    }

    private async Task AnswerAllAsync()
    {
        await foreach (var request in _requests.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            State("busy", request);
            try
            {
                if (await AnswerAsync(request).ConfigureAwait(false) is { } reply)
                    Reply(JupyterChannel.Shell, request, reply);
            }
            catch (Exception error)
            {
                _log.Write($"{request.Type} failed: {error}");
                Reply(JupyterChannel.Shell, request, new JsonObject { ["status"] = "error", ["ename"] = error.GetType().Name, ["evalue"] = error.Message, ["traceback"] = new JsonArray() });
            }

            State("idle", request);
        }
    }

    /// <summary>Does what a request asks for.</summary>
    /// <returns>The reply's content; <see langword="null"/> for a message that has none.</returns>
    private async Task<JsonObject?> AnswerAsync(JupyterMessage request)
    {
        switch (request.Type)
        {
            case "kernel_info_request":
                return KernelInfo.Reply();
            case "execute_request":
                return await _execution.RunAsync(request).ConfigureAwait(false);
            case "complete_request":
                return await _assistance.CompleteAsync(request.Content).ConfigureAwait(false);
            case "inspect_request":
                return await _assistance.InspectAsync(request.Content).ConfigureAwait(false);
            case "is_complete_request":
                return _assistance.IsComplete(request.Content);
            case "history_request":
                return _execution.History.Reply(request.Content);
            case "comm_info_request":
                return _comms.Info(request.Content);
            case "comm_open" or "comm_msg" or "comm_close":
                await _comms.ReceiveAsync(request).ConfigureAwait(false);
                return null;
            default:
                _log.Write($"{request.Type} is not known");
                return null;
        }
    }

    private void Reply(JupyterChannel channel, JupyterMessage request, JsonObject content)
    {
        var type = request.Type.EndsWith("_request", StringComparison.Ordinal) ? request.Type[..^"_request".Length] + "_reply" : request.Type;
        if (_server.TrySend(channel, request.Answer(_server.Session, type, content), CellPublisher.MaxBytes, out var bytes))
            return;

        // Whoever asked waits for an answer.
        _log.Write($"{type} was left out: it has {bytes} bytes; at most {CellPublisher.MaxBytes} are sent");
        var reason = $"The answer has {bytes} bytes; at most {CellPublisher.MaxBytes} are sent.";
        var number = content["execution_count"]?.DeepClone();
        _server.Send(channel, request.Answer(_server.Session, type, new JsonObject { ["status"] = "error", ["execution_count"] = number, ["ename"] = "AnswerTooLarge", ["evalue"] = reason, ["traceback"] = new JsonArray() }));
    }

    private void State(string state, JupyterMessage request) => Publish("status", new JsonObject { ["execution_state"] = state }, request);

    private void Publish(string type, JsonObject content, JupyterMessage? request) =>
        _server.Send(JupyterChannel.IoPub, JupyterMessage.Publication(_server.Session, type, content, request?.Header));
}
