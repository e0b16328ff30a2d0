using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>A message of the protocol. Its JSON objects belong to it: whoever wants to keep or change one clones it.</summary>
public sealed class JupyterMessage
{
    /// <summary>Creates a message.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="content">What it says.</param>
    public JupyterMessage(MessageHeader header, JsonObject? content = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        Header = header;
        Content = content ?? [];
    }

    /// <summary>Routing frames before the delimiter: whom it came from or goes to, or on IOPub the topic.</summary>
    public IReadOnlyList<byte[]> Identities { get; init; } = [];

    /// <summary>The header.</summary>
    public MessageHeader Header { get; }

    /// <summary>The header of the message that caused this one, if there is one.</summary>
    public MessageHeader? ParentHeader { get; init; }

    /// <summary>What is said about the message.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>What it says; the fields depend on <see cref="Type"/>.</summary>
    public JsonObject Content { get; }

    /// <summary>Binary data behind the content, as comms use it.</summary>
    public IReadOnlyList<byte[]> Buffers { get; init; } = [];

    /// <summary>What it is, as <c>execute_request</c>.</summary>
    public string Type => Header.Type;

    /// <summary>Makes a message that nothing caused.</summary>
    /// <param name="session">The sender's session.</param>
    /// <param name="type">What it is.</param>
    /// <param name="content">What it says.</param>
    /// <returns>The message.</returns>
    public static JupyterMessage Request(string session, string type, JsonObject? content = null) =>
        new(MessageHeader.Create(session, type), content);

    /// <summary>Makes a message for IOPub, with its type as the topic.</summary>
    /// <param name="session">The sender's session.</param>
    /// <param name="type">What it is.</param>
    /// <param name="content">What it says.</param>
    /// <param name="parent">The header of the request that caused it, if there is one.</param>
    /// <returns>The message.</returns>
    public static JupyterMessage Publication(string session, string type, JsonObject content, MessageHeader? parent) =>
        new(MessageHeader.Create(session, type), content) { Identities = [Encoding.UTF8.GetBytes(type)], ParentHeader = parent };

    /// <summary>Makes an answer to this message: it goes to the sender, with this message's header as the parent.</summary>
    /// <param name="session">The answering side's session.</param>
    /// <param name="type">What the answer is, as <c>execute_reply</c>; or a question to the sender, as <c>input_request</c>.</param>
    /// <param name="content">What it says.</param>
    /// <returns>The message.</returns>
    public JupyterMessage Answer(string session, string type, JsonObject content) =>
        new(MessageHeader.Create(session, type), content) { Identities = Identities, ParentHeader = Header };
}
