using System.Text.Json.Nodes;

namespace ICAE.Lab.Kernel;

/// <summary>
/// A line between a cell and a part of the page, as widgets use it. Only this kernel has it: notebooks that use it do not run in .NET
/// Interactive's. Members may be called from any thread; events are raised on the thread that cells run on.
/// </summary>
public sealed class Comm
{
    private readonly Action<Comm, string, JsonNode?> _send;

    internal Comm(string id, string target, JsonNode? data, Action<Comm, string, JsonNode?> send)
    {
        Id = id;
        Target = target;
        Data = data;
        _send = send;
    }

    /// <summary>Raised for every message from the page.</summary>
    public event Action<JsonNode?>? Received;

    /// <summary>Raised once, when the page has closed the line.</summary>
    public event Action? Closed;

    /// <summary>The line's id.</summary>
    public string Id { get; }

    /// <summary>The name of what it was opened for.</summary>
    public string Target { get; }

    /// <summary>What was said when it was opened.</summary>
    public JsonNode? Data { get; }

    /// <summary>Whether both ends are there.</summary>
    public bool IsOpen { get; internal set; } = true;

    /// <summary>Opens a line to a target that the page has registered.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="data">What to say first.</param>
    /// <returns>The line.</returns>
    /// <exception cref="InvalidOperationException">No kernel runs in this process.</exception>
    public static Comm Open(string target, JsonNode? data = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        return Protocol.Comms.Current.Open(target, data);
    }

    /// <summary>Says who takes lines that the page opens for a target; the last who says so does.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="opened">Takes each new line.</param>
    /// <exception cref="InvalidOperationException">No kernel runs in this process.</exception>
    public static void Register(string target, Action<Comm> opened)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentNullException.ThrowIfNull(opened);
        Protocol.Comms.Current.Register(target, opened);
    }

    /// <summary>Sends a message to the page. On a closed line, nothing.</summary>
    /// <param name="data">The message.</param>
    public void Send(JsonNode? data)
    {
        if (IsOpen)
            _send(this, "comm_msg", data);
    }

    /// <summary>Closes the line. The page is told.</summary>
    /// <param name="data">What to say last.</param>
    public void Close(JsonNode? data = null)
    {
        if (!IsOpen)
            return;

        IsOpen = false;
        _send(this, "comm_close", data);
    }

    internal void Receive(JsonNode? data) => Received?.Invoke(data);

    internal void CloseFromPage()
    {
        IsOpen = false;
        Closed?.Invoke();
    }
}
