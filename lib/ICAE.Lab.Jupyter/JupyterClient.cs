using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using NetMQ;
using NetMQ.Sockets;

namespace ICAE.Lab.Jupyter;

/// <summary>
/// A client of one kernel. Requests can be made from any thread, and several at a time; the kernel answers those of its shell one after another.
/// Every call ends with <see cref="KernelDiedException"/> once the kernel is known to be dead.
/// </summary>
public sealed class JupyterClient : IDisposable
{
    private static readonly TimeSpan FirstReadyTry = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LongestReadyTry = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan SettleInterval = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<string, PendingRequest> _pending = new();
    private readonly MessageSigner _signer;
    private readonly MessageCodec _codec;
    private readonly SocketLoop _loop;
    private readonly KernelHeartbeat? _heartbeat;
    private volatile Exception? _failure;
    private long _received;

    /// <summary>Connects to a kernel. Whether there is one shows only when it answers: <see cref="WaitUntilReadyAsync"/>.</summary>
    /// <param name="connection">Addresses and key.</param>
    /// <param name="silenceLimit">
    /// After how long without an answer to the heartbeat the kernel counts as dead; <see langword="null"/> to leave that to somebody who
    /// sees its process, as <see cref="KernelProcess"/> does.
    /// </param>
    /// <param name="limits">What a message may ask; <see langword="null"/> for <see cref="MessageLimits.Default"/>.</param>
    /// <exception cref="JupyterException">The address is no loopback address.</exception>
    public JupyterClient(ConnectionFile connection, TimeSpan? silenceLimit = null, MessageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _signer = new MessageSigner(connection.Key);
        _codec = new MessageCodec(_signer, limits);
        _loop = new SocketLoop(Connect(connection, _codec.Limits), _codec.Limits, Receive, Reject);
        _loop.Start("Jupyter client");
        if (silenceLimit is { } limit)
            _heartbeat = new KernelHeartbeat(frames => _loop.Send(JupyterChannel.Heartbeat, frames), limit, () => Fail($"The kernel at {connection} has not answered for {limit.TotalSeconds:0.#} s."));
    }

    /// <summary>Everything the kernel publishes, whoever caused it, and what it asks. Raised on the thread that owns the sockets: hand on and return.</summary>
    public event Action<JupyterMessage>? Published;

    /// <summary>
    /// Told of every message that was dropped. Raised on the same thread. Whoever waits for an execution is told as well, by a text on standard
    /// error: it may have been part of its output.
    /// </summary>
    public event Action<MessageRejection>? Rejected;

    /// <summary>This client's session.</summary>
    public string Session { get; } = Guid.NewGuid().ToString();

    /// <summary>
    /// How long a request whose reply has come waits for more output, and one that the kernel is done with for its reply. A kernel says that it is idle right behind its
    /// reply; where one of them is lost, the request is over all the same.
    /// </summary>
    internal TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the kernel answers and its publications arrive.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The content of its <c>kernel_info_reply</c>.</returns>
    public async Task<JsonObject> WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        for (var wait = FirstReadyTry; ; wait = wait < LongestReadyTry ? wait * 2 : wait)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(wait);
            try
            {
                // The reply alone is not enough: what is published before the subscription has arrived is lost.
                var (info, _) = await RunAsync(JupyterChannel.Shell, "kernel_info_request", [], untilIdle: true, null, null, limit.Token).ConfigureAwait(false);

                // Each socket connects on its own, and a question to one that has not done so yet is lost.
                await Task.Delay(SocketLoop.ConnectLimit, cancellationToken).ConfigureAwait(false);
                return info;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Asked again: a subscription that came too late does not bring the answer's publications.
            }
        }
    }

    /// <summary>Runs code, and waits for the reply and for everything that the code published.</summary>
    /// <param name="request">The code.</param>
    /// <param name="published">Takes every message that the execution publishes, in order, one at a time.</param>
    /// <param name="input">Answers the code's questions; <see langword="null"/> if there is nobody to ask, then the kernel refuses such code.</param>
    /// <param name="cancellationToken">Ends the wait. The code goes on: interrupt the kernel to stop it.</param>
    /// <returns>How it ended.</returns>
    public async Task<ExecuteResult> ExecuteAsync(
        ExecuteRequest request,
        Action<JupyterMessage>? published = null,
        Func<InputRequest, CancellationToken, Task<string>>? input = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var content = request.ToJson(allowInput: input is not null);
        var (reply, isWhole) = await RunAsync(JupyterChannel.Shell, "execute_request", content, untilIdle: true, published, input, cancellationToken).ConfigureAwait(false);
        var result = ExecuteResult.From(reply);
        return isWhole ? result : result.WithoutEndOfOutput();
    }

    /// <summary>What could stand at a place in code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="cursor">The place, in Unicode characters (code points) from its start.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The content of the <c>complete_reply</c>.</returns>
    public Task<JsonObject> CompleteAsync(string code, int cursor, CancellationToken cancellationToken = default) =>
        RequestAsync(JupyterChannel.Shell, "complete_request", new JsonObject { ["code"] = code, ["cursor_pos"] = cursor }, cancellationToken);

    /// <summary>What is known of the name at a place in code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="cursor">The place, in Unicode characters (code points) from its start.</param>
    /// <param name="detail">0 for a summary, 1 for more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The content of the <c>inspect_reply</c>.</returns>
    public Task<JsonObject> InspectAsync(string code, int cursor, int detail = 0, CancellationToken cancellationToken = default) =>
        RequestAsync(JupyterChannel.Shell, "inspect_request", new JsonObject { ["code"] = code, ["cursor_pos"] = cursor, ["detail_level"] = detail }, cancellationToken);

    /// <summary>Whether code can be run as it stands.</summary>
    /// <param name="code">The code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The content of the <c>is_complete_reply</c>.</returns>
    public Task<JsonObject> IsCompleteAsync(string code, CancellationToken cancellationToken = default) =>
        RequestAsync(JupyterChannel.Shell, "is_complete_request", new JsonObject { ["code"] = code }, cancellationToken);

    /// <summary>The last inputs.</summary>
    /// <param name="count">How many.</param>
    /// <param name="output">Whether with their outputs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The content of the <c>history_reply</c>.</returns>
    public Task<JsonObject> HistoryAsync(int count, bool output = false, CancellationToken cancellationToken = default)
    {
        var content = new JsonObject { ["hist_access_type"] = "tail", ["n"] = count, ["output"] = output, ["raw"] = true };
        return RequestAsync(JupyterChannel.Shell, "history_request", content, cancellationToken);
    }

    /// <summary>Asks by any request that has one reply.</summary>
    /// <param name="channel">Shell or control.</param>
    /// <param name="type">The request, as <c>comm_info_request</c>.</param>
    /// <param name="content">What it says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The reply's content.</returns>
    public async Task<JsonObject> RequestAsync(JupyterChannel channel, string type, JsonObject content, CancellationToken cancellationToken = default) =>
        (await RunAsync(channel, type, content, untilIdle: false, null, null, cancellationToken).ConfigureAwait(false)).Reply;

    /// <summary>Asks the kernel to stop what it runs, by a message. Kernels whose spec says <see cref="InterruptMode.Signal"/> need not understand it.</summary>
    /// <param name="cancellationToken">Ends the wait for its reply.</param>
    /// <returns>A task that ends with the reply.</returns>
    public Task InterruptAsync(CancellationToken cancellationToken = default) => RequestAsync(JupyterChannel.Control, "interrupt_request", [], cancellationToken);

    /// <summary>Asks the kernel to end.</summary>
    /// <param name="restart">Whether another one is started in its place.</param>
    /// <param name="cancellationToken">Ends the wait for its reply.</param>
    /// <returns>A task that ends with the reply.</returns>
    public Task ShutdownAsync(bool restart = false, CancellationToken cancellationToken = default) =>
        RequestAsync(JupyterChannel.Control, "shutdown_request", new JsonObject { ["restart"] = restart }, cancellationToken);

    /// <summary>Sends a message that has no reply, as <c>comm_open</c>, <c>comm_msg</c> and <c>comm_close</c>. What comes back is <see cref="Published"/>.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="content">What it says.</param>
    /// <param name="buffers">Binary data behind it.</param>
    /// <returns>The message's id, the parent of what it causes.</returns>
    public string Send(string type, JsonObject content, IReadOnlyList<byte[]>? buffers = null)
    {
        var message = new JupyterMessage(MessageHeader.Create(Session, type), content) { Buffers = buffers ?? [] };
        _loop.Send(JupyterChannel.Shell, _codec.Encode(message));
        return message.Header.Id;
    }

    /// <summary>Closes the connection. Whatever is waited for ends with an error.</summary>
    public void Dispose()
    {
        Fail(new ObjectDisposedException(nameof(JupyterClient)));
        _heartbeat?.Dispose();
        _loop.Dispose();
        _signer.Dispose();
    }

    /// <summary>Waits while requests wait and messages arrive.</summary>
    /// <param name="limit">How long at most.</param>
    internal async Task SettleAsync(TimeSpan limit)
    {
        long before;
        var waited = TimeSpan.Zero;
        do
        {
            before = Interlocked.Read(ref _received);
            await Task.Delay(SettleInterval).ConfigureAwait(false);
            waited += SettleInterval;
        }
        while (!_pending.IsEmpty && before != Interlocked.Read(ref _received) && waited < limit);
    }

    /// <summary>Ends every wait, now and later, because the kernel is dead.</summary>
    internal void Fail(string reason) => Fail(new KernelDiedException(reason));

    private void Fail(Exception reason)
    {
        _failure ??= reason;
        foreach (var pending in _pending.Values)
            pending.Fail(_failure);
    }

    /// <summary>Asks, and follows what comes back.</summary>
    /// <returns>The reply's content, and whether everything that was to come has come.</returns>
    private async Task<(JsonObject Reply, bool IsWhole)> RunAsync(
        JupyterChannel channel,
        string type,
        JsonObject content,
        bool untilIdle,
        Action<JupyterMessage>? published,
        Func<InputRequest, CancellationToken, Task<string>>? input,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var message = JupyterMessage.Request(Session, type, content);
        var pending = new PendingRequest();
        _pending[message.Header.Id] = pending;
        try
        {
            // Looked at after the request is known to be pending: a failure in between is seen here or reaches the request.
            if (_failure is { } failure)
                pending.Fail(failure);

            _loop.Send(channel, _codec.Encode(message));
            return await FollowAsync(pending, channel, untilIdle, published, input, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException error)
        {
            throw error.InnerException is KernelDiedException died
                ? new KernelDiedException(died.Message)
                : new ObjectDisposedException(nameof(JupyterClient), error);
        }
        finally
        {
            _pending.TryRemove(message.Header.Id, out _);
        }
    }

    private async Task<(JsonObject Reply, bool IsWhole)> FollowAsync(
        PendingRequest pending,
        JupyterChannel channel,
        bool untilIdle,
        Action<JupyterMessage>? published,
        Func<InputRequest, CancellationToken, Task<string>>? input,
        CancellationToken cancellationToken)
    {
        JsonObject? reply = null;
        var idle = false;
        while (reply is null || (untilIdle && !idle))
        {
            if (await NextAsync(pending, reply is null && !idle ? Timeout.InfiniteTimeSpan : IdleLimit, cancellationToken).ConfigureAwait(false) is not (var from, var message))
                return (reply ?? NoReply(), false);

            if (from == JupyterChannel.IoPub)
            {
                idle |= message.Type == "status" && message.Content["execution_state"]?.ToString() == "idle";
                published?.Invoke(message);
            }
            else if (from == JupyterChannel.Stdin)
            {
                await AnswerAsync(message, input, cancellationToken).ConfigureAwait(false);
            }
            else if (from == channel)
            {
                reply = message.Content;
            }
        }

        return (reply, true);
    }

    /// <summary>Stands for a reply that was lost: some kernels drop it when an interrupt comes between the code's end and the reply.</summary>
    private static JsonObject NoReply() => new() { ["status"] = "error", ["ename"] = "NoReply", ["evalue"] = "The kernel is done with the request and has not replied.", ["traceback"] = new JsonArray() };

    /// <summary>The next message for a request; nothing where none comes in time.</summary>
    private static async Task<(JupyterChannel From, JupyterMessage Message)?> NextAsync(PendingRequest pending, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ended.CancelAfter(limit);
        try
        {
            return await pending.Arrived.ReadAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task AnswerAsync(JupyterMessage question, Func<InputRequest, CancellationToken, Task<string>>? input, CancellationToken cancellationToken)
    {
        if (question.Type != "input_request")
            return;

        var request = new InputRequest(question.Content["prompt"]?.ToString() ?? "", question.Content["password"]?.ToString() == "true");
        var answer = input is null ? "" : await input(request, cancellationToken).ConfigureAwait(false);
        var message = question.Answer(Session, "input_reply", new JsonObject { ["value"] = answer });
        _loop.Send(JupyterChannel.Stdin, _codec.Encode(message));
    }

    private void Receive(JupyterChannel channel, List<byte[]> frames)
    {
        Interlocked.Increment(ref _received);
        if (channel == JupyterChannel.Heartbeat)
        {
            _heartbeat?.Answered();
            return;
        }

        if (!_codec.TryDecode(frames, out var message, out var rejection))
        {
            Reject(rejection);
            return;
        }

        if (message.ParentHeader is { } parent && _pending.TryGetValue(parent.Id, out var pending))
            pending.Add(channel, message);

        if (channel == JupyterChannel.IoPub)
            Published?.Invoke(message);
    }

    private void Reject(MessageRejection rejection)
    {
        // Whose message it was cannot be known.
        foreach (var pending in _pending.Values)
            pending.Add(JupyterChannel.IoPub, JupyterMessage.Publication(Session, "stream", new JsonObject { ["name"] = "stderr", ["text"] = $"Jupyter client: {rejection}\n" }, null));

        Rejected?.Invoke(rejection);
    }

    private Dictionary<JupyterChannel, NetMQSocket> Connect(ConnectionFile connection, MessageLimits limits)
    {
        // Questions come by the stdin socket to whoever asked by the shell socket: both carry the same identity.
        var identity = Encoding.ASCII.GetBytes(Session);
        var sockets = new Dictionary<JupyterChannel, NetMQSocket>();
        foreach (var channel in Enum.GetValues<JupyterChannel>())
        {
            NetMQSocket socket = channel == JupyterChannel.IoPub ? new SubscriberSocket() : new DealerSocket();
            sockets[channel] = SocketLoop.Configure(socket, connection, limits);
            if (socket is SubscriberSocket subscriber)
                subscriber.SubscribeToAnyTopic();
            else if (channel != JupyterChannel.Heartbeat)
                socket.Options.Identity = identity;

            socket.Connect(connection.Address(channel));
        }

        return sockets;
    }
}
