using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>The header of a message.</summary>
/// <param name="Id">Unique among the messages of its session.</param>
/// <param name="Session">Unique for each client or kernel process.</param>
/// <param name="UserName">Who sends it; may be empty.</param>
/// <param name="Date">When it was made, in ISO 8601; may be empty.</param>
/// <param name="Type">What it is, as <c>execute_request</c>.</param>
/// <param name="Version">The version of the protocol.</param>
public sealed record MessageHeader(string Id, string Session, string UserName, string Date, string Type, string Version)
{
    private const int MaxFieldLength = 1000;

    /// <summary>Makes the header of a new message.</summary>
    /// <param name="session">The sender's session.</param>
    /// <param name="type">What the message is.</param>
    /// <returns>A header with an id of its own and the time of now.</returns>
    public static MessageHeader Create(string session, string type) => new(
        Guid.NewGuid().ToString(),
        session,
        "icae",
        DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        type,
        JupyterProtocol.Version);

    internal JsonObject ToJson() => new()
    {
        ["msg_id"] = Id,
        ["session"] = Session,
        ["username"] = UserName,
        ["date"] = Date,
        ["msg_type"] = Type,
        ["version"] = Version,
    };

    /// <summary>Reads a header. A parent header may be empty, then there is none.</summary>
    internal static bool TryRead(JsonObject json, out MessageHeader? header, out string? fault)
    {
        header = null;
        if (!TryField(json, "msg_id", required: true, out var id, out fault)
            || !TryField(json, "msg_type", required: true, out var type, out fault)
            || !TryField(json, "session", required: false, out var session, out fault)
            || !TryField(json, "username", required: false, out var user, out fault)
            || !TryField(json, "date", required: false, out var date, out fault)
            || !TryField(json, "version", required: false, out var version, out fault))
            return false;

        header = new MessageHeader(id, session, user, date, type, version);
        return true;
    }

    private static bool TryField(JsonObject json, string name, bool required, out string value, out string? fault)
    {
        value = "";
        fault = null;
        if (!json.TryGetPropertyValue(name, out var node) || node is null)
        {
            fault = required ? $"the header has no {name}" : null;
            return !required;
        }

        if (node.GetValueKind() == JsonValueKind.String)
            value = node.GetValue<string>();

        if (node.GetValueKind() != JsonValueKind.String || value.Length > MaxFieldLength || (required && value.Length == 0))
            fault = $"the header's {name} is no text of 1 to {MaxFieldLength} characters";

        return fault is null;
    }
}
