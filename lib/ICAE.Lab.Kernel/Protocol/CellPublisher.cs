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

    // As much as anybody reads, and few enough for one message however they are written.
    private const int MaxErrorCharacters = 1 << 20;

    /// <summary>The text of the cell's value, once it has one.</summary>
    public string? ResultText { get; private set; }

    /// <summary>Shows the code that runs to all front ends.</summary>
    public void Input(string code) => Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = number });

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

        var question = request.Answer(server.Session, "input_request", new JsonObject { ["prompt"] = Cut(prompt), ["password"] = password });
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
            Stream(error: true, LeftOut(type, bytes));
    }

    /// <summary>Says why the cell failed.</summary>
    public void Error(CellError error) => Publish("error", ErrorContent(error));

    /// <summary>An error as the protocol has it, without what is too long for anybody to read.</summary>
    public static JsonObject ErrorContent(CellError error) =>
        new() { ["ename"] = error.Name, ["evalue"] = Cut(error.Value), ["traceback"] = JsonFields.Texts(Cut(error.Traceback)) };

    /// <summary>Says that a message was too large.</summary>
    public static string LeftOut(string type, long bytes) => $"A message of the kind {type} was left out: {Excess(bytes)}.\n";

    private static string Cut(string text)
    {
        if (text.Length <= MaxErrorCharacters)
            return text;

        var end = char.IsHighSurrogate(text[MaxErrorCharacters - 1]) ? MaxErrorCharacters - 1 : MaxErrorCharacters;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, end)}… (the first {end} of {text.Length} characters)");
    }

    private static IEnumerable<string> Cut(IReadOnlyList<string> lines)
    {
        var characters = 0L;
        for (var index = 0; index < lines.Count; index++)
        {
            characters += lines[index].Length + 1;
            yield return Cut(lines[index]);
            if (characters > MaxErrorCharacters && index < lines.Count - 1)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"… ({lines.Count - 1 - index} further lines were left out)");
                yield break;
            }
        }
    }

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

    private void Publish(string type, JsonObject content)
    {
        if (!server.TrySend(JupyterChannel.IoPub, JupyterMessage.Publication(server.Session, type, content, request.Header), MaxBytes, out var bytes))
            Stream(error: true, LeftOut(type, bytes));
    }
}
