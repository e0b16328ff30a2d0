using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>A cell's output as messages, with the request that it answers as their parent.</summary>
/// <param name="server">The sockets.</param>
/// <param name="request">The request.</param>
/// <param name="number">The cell's number.</param>
/// <param name="desk">Where questions are asked; <see langword="null"/> if the front end does not answer any.</param>
internal sealed class CellPublisher(KernelServer server, JupyterMessage request, int number, InputDesk? desk) : ICellOutput
{
    /// <summary>
    /// How many bytes an output may have: clients refuse more than 64 MiB, and lose without a word what comes with it.
    /// </summary>
    public const long MaxBytes = 48 << 20;

    /// <summary>The text of the cell's value, once it has one.</summary>
    public string? ResultText { get; private set; }

    public void Stream(bool error, string text) => Publish("stream", new JsonObject { ["name"] = error ? "stderr" : "stdout", ["text"] = text });

    public void Display(MimeBundle content, string? displayId, bool replace)
    {
        var message = new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["transient"] = displayId is null ? new JsonObject() : new JsonObject { ["display_id"] = displayId },
        };
        Publish(replace ? "update_display_data" : "display_data", message, content);
    }

    public void Result(MimeBundle content)
    {
        ResultText = content.Data.GetValueOrDefault("text/plain");
        Publish("execute_result", new JsonObject { ["execution_count"] = number, ["metadata"] = new JsonObject() }, content);
    }

    public void Clear(bool wait) => Publish("clear_output", new JsonObject { ["wait"] = wait });

    public Task<string> AskAsync(string prompt, bool password)
    {
        if (desk is null)
            return Task.FromException<string>(new InvalidOperationException("Input cannot be asked for: there is nobody to ask."));

        var question = request.Answer(server.Session, "input_request", new JsonObject { ["prompt"] = prompt, ["password"] = password });
        return desk.AskAsync(question.Header.Id, () => server.Send(JupyterChannel.Stdin, question));
    }

    public void Forward(string type, JsonObject content, JsonObject metadata)
    {
        if (type == "execute_result")
        {
            content["execution_count"] = number;
            ResultText = (content["data"] as JsonObject)?.Text("text/plain");
        }

        var message = new JupyterMessage(MessageHeader.Create(server.Session, type), content)
        {
            Identities = [Encoding.UTF8.GetBytes(type)],
            ParentHeader = request.Header,
            Metadata = metadata,
        };
        if (server.TrySend(JupyterChannel.IoPub, message, MaxBytes, out var bytes))
            return;

        if (content["data"] is JsonObject && type is "display_data" or "update_display_data" or "execute_result")
            PublishNote(type, content, bytes);
        else
            Stream(error: true, $"A message of the kind {type} was left out: {Excess(bytes)}.\n");
    }

    /// <summary>Says why the cell failed.</summary>
    public void Error(CellError error) => Publish("error", ErrorContent(error));

    /// <summary>An error as the protocol has it.</summary>
    public static JsonObject ErrorContent(CellError error) =>
        new() { ["ename"] = error.Name, ["evalue"] = error.Value, ["traceback"] = JsonFields.Texts(error.Traceback) };

    private static string Excess(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"it has {(double)bytes / (1 << 20):0.0} MiB, and a message to the front end may have {MaxBytes >> 20}");

    private void Publish(string type, JsonObject message, MimeBundle content)
    {
        // What is far too large for a message is too large for its encoder.
        var bytes = content.Data.Values.Sum(text => (long)text.Length);
        if (bytes <= MaxBytes)
        {
            message["data"] = content.ToJson();
            if (server.TrySend(JupyterChannel.IoPub, JupyterMessage.Publication(server.Session, type, message, request.Header), MaxBytes, out bytes))
                return;
        }

        PublishNote(type, message, bytes);
    }

    /// <summary>Publishes a note in place of an output that is too large.</summary>
    private void PublishNote(string type, JsonObject message, long bytes)
    {
        message["data"] = new JsonObject { ["text/plain"] = $"(An output was left out: {Excess(bytes)}.)" };
        message["metadata"] = new JsonObject();
        Publish(type, message);
    }

    private void Publish(string type, JsonObject content) => server.Send(JupyterChannel.IoPub, JupyterMessage.Publication(server.Session, type, content, request.Header));
}
