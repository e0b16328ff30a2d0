using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter.Tests;

/// <summary>
/// A kernel whose code is what it prints; <c>ask</c> asks for a name, <c>fail</c> fails, <c>hang</c> never ends, <c>no idle</c> never says that it is
/// idle, <c>no reply</c> says nothing else, <c>deep</c> publishes what no client takes.
/// </summary>
internal sealed class EchoKernel : IDisposable
{
    private readonly KernelServer _server;
    private readonly ConcurrentQueue<MessageRejection> _rejections = new();
    private JupyterMessage? _asking;

    public EchoKernel(ConnectionFile connection, MessageLimits? limits = null)
    {
        _server = new KernelServer(connection, Receive, _rejections.Enqueue, limits);
        _server.Start();
    }

    public IReadOnlyCollection<MessageRejection> Rejections => _rejections;

    public void Dispose() => _server.Dispose();

    public void Publish(string type, JsonObject content, MessageHeader? parent = null) =>
        _server.Send(JupyterChannel.IoPub, JupyterMessage.Publication(_server.Session, type, content, parent));

    private void Receive(JupyterChannel channel, JupyterMessage message)
    {
        switch (message.Type)
        {
            case "input_reply":
                Finish(_asking!, "hello " + message.Content["value"]);
                break;
            case "execute_request":
                Execute(message, message.Content["code"]!.ToString());
                break;
            case "boom":
                throw new InvalidOperationException("a fault of the receiver");
            default:
                State(message, "busy");
                Reply(channel, message, message.Type.Replace("_request", "_reply"), new JsonObject { ["status"] = "ok", ["echo"] = message.Content.DeepClone() });
                State(message, "idle");
                break;
        }
    }

    private void Execute(JupyterMessage message, string code)
    {
        State(message, "busy");
        if (code == "hang")
            return;

        if (code == "ask")
        {
            _asking = message;
            _server.Send(JupyterChannel.Stdin, message.Answer(_server.Session, "input_request", new JsonObject { ["prompt"] = "name?", ["password"] = false }));
            return;
        }

        if (code == "fail")
        {
            Reply(JupyterChannel.Shell, message, "execute_reply", new JsonObject
            {
                ["status"] = "error",
                ["execution_count"] = 3,
                ["ename"] = "Bad",
                ["evalue"] = "it failed",
                ["traceback"] = new JsonArray("line 1", "line 2"),
            });
            State(message, "idle");
            return;
        }

        if (code == "no idle")
        {
            Reply(JupyterChannel.Shell, message, "execute_reply", new JsonObject { ["status"] = "ok", ["execution_count"] = 7 });
            return;
        }

        if (code == "no reply")
        {
            State(message, "idle");
            return;
        }

        if (code == "deep")
        {
            JsonNode nested = new JsonArray();
            for (var depth = 0; depth < 200; depth++)
                nested = new JsonArray(nested);

            Publish("display_data", new JsonObject { ["data"] = nested }, message.Header);
        }

        Finish(message, code);
    }

    private void Finish(JupyterMessage message, string text)
    {
        // The reply overtakes the output, as it can between two sockets.
        Reply(JupyterChannel.Shell, message, "execute_reply", new JsonObject { ["status"] = "ok", ["execution_count"] = 7 });
        foreach (var part in text)
            Publish("stream", new JsonObject { ["name"] = "stdout", ["text"] = part.ToString() }, message.Header);
        State(message, "idle");
    }

    private void State(JupyterMessage message, string state) => Publish("status", new JsonObject { ["execution_state"] = state }, message.Header);

    private void Reply(JupyterChannel channel, JupyterMessage message, string type, JsonObject content) =>
        _server.Send(channel, message.Answer(_server.Session, type, content));
}
