using NetMQ;
using NetMQ.Sockets;

namespace ICAE.Lab.Jupyter;

/// <summary>
/// The thread that owns a set of sockets: ZeroMQ's sockets are not for several threads. It hands over what arrives and sends what other
/// threads put into its queue.
/// </summary>
internal sealed class SocketLoop : IDisposable
{
    private const int MessagesPerTurn = 64;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromMilliseconds(50);
    private readonly Lock _lock = new();
    private readonly IReadOnlyDictionary<JupyterChannel, NetMQSocket> _sockets;
    private readonly Action<JupyterChannel, List<byte[]>> _received;
    private readonly Action<MessageRejection> _rejected;
    private readonly MessageLimits _limits;
    private readonly NetMQQueue<(JupyterChannel Channel, IReadOnlyList<byte[]> Frames)?> _outgoing = new();
    private readonly NetMQPoller _poller = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _started;
    private bool _disposed;

    /// <param name="sockets">Sockets that are bound or connected; they become the loop's.</param>
    /// <param name="limits">What a message may ask.</param>
    /// <param name="received">Called on the loop's thread for every message; must not wait.</param>
    /// <param name="rejected">Called on the loop's thread for what is dropped here, and for faults of <paramref name="received"/>.</param>
    public SocketLoop(
        IReadOnlyDictionary<JupyterChannel, NetMQSocket> sockets,
        MessageLimits limits,
        Action<JupyterChannel, List<byte[]>> received,
        Action<MessageRejection> rejected)
    {
        _sockets = sockets;
        _limits = limits;
        _received = received;
        _rejected = rejected;
    }

    /// <summary>How long a socket may take to connect to a peer that is there: the interval and as much again at random, with some room.</summary>
    public static TimeSpan ConnectLimit => 3 * ReconnectInterval;

    public void Start(string name)
    {
        _started = true;
        foreach (var (channel, socket) in _sockets)
        {
            // A publisher has nothing to receive; it is only sent to.
            if (socket is PublisherSocket)
                continue;

            socket.ReceiveReady += (_, _) => Receive(channel, socket);
            _poller.Add(socket);
        }

        _outgoing.ReceiveReady += (_, _) => SendQueued();
        _poller.Add(_outgoing);

        // Without the context of whoever starts it, which would be kept for as long as the loop runs.
        new Thread(Run) { IsBackground = true, Name = name }.UnsafeStart();
    }

    /// <summary>Sets what is the same for all sockets.</summary>
    public static T Configure<T>(T socket, ConnectionFile connection, MessageLimits limits)
        where T : NetMQSocket
    {
        socket.Options.MaxMsgSize = limits.MaxFrameBytes;
        socket.Options.Linger = Linger;
        socket.Options.ReconnectInterval = ReconnectInterval;
        socket.Options.IPv4Only = !connection.IsIPv6;

        // A burst of small outputs must not be lost; the default is 1000 messages.
        socket.Options.SendHighWatermark = 100_000;
        socket.Options.ReceiveHighWatermark = 100_000;
        return socket;
    }

    /// <summary>Sends frames soon. Does nothing once the loop has ended.</summary>
    public void Send(JupyterChannel channel, IReadOnlyList<byte[]> frames)
    {
        lock (_lock)
        {
            if (!_disposed)
                _outgoing.Enqueue((channel, frames));
        }
    }

    /// <summary>Sends frames ahead of what is queued. Only on the loop's own thread.</summary>
    public void SendAtOnce(JupyterChannel channel, IReadOnlyList<byte[]> frames)
    {
        if (!_sockets[channel].TrySendMultipartBytes(TimeSpan.Zero, frames))
            _rejected(new(MessageRejectionReason.NotSent, $"the {channel} socket's queue is full or nobody is connected"));
    }

    /// <summary>Sends what is queued, then closes the sockets. Not to be called on the loop's own thread.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;

            _disposed = true;
            _outgoing.Enqueue(null);
        }

        if (_started)
            _ended.Task.Wait();

        foreach (var socket in _sockets.Values)
            socket.Dispose();

        _poller.Dispose();
        _outgoing.Dispose();
    }

    private void Run()
    {
        try
        {
            _poller.Run();
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void SendQueued()
    {
        // No more in a turn: an interrupt or a shutdown must not wait until a flood of output is over. The poller comes back for the rest.
        for (var turn = 0; turn < MessagesPerTurn && _outgoing.TryDequeue(out var item, TimeSpan.Zero); turn++)
        {
            if (item is not { } message)
            {
                _poller.StopAsync();
                return;
            }

            SendAtOnce(message.Channel, message.Frames);
        }
    }

    private void Receive(JupyterChannel channel, NetMQSocket socket)
    {
        for (var turn = 0; turn < MessagesPerTurn; turn++)
        {
            if (!TryReceive(socket, out var frames, out var rejection))
                return;

            if (rejection is not null)
                _rejected(rejection);
            else
                HandOver(channel, frames);
        }
    }

    private void HandOver(JupyterChannel channel, List<byte[]> frames)
    {
        try
        {
            _received(channel, frames);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever a receiver does wrong, the loop must go on: it is the only way in for an interrupt or a shutdown.
            _rejected(new(MessageRejectionReason.HandlerFailed, $"{error.GetType().Name}: {error.Message}"));
        }
    }

    private bool TryReceive(NetMQSocket socket, out List<byte[]> frames, out MessageRejection? rejection)
    {
        frames = [];
        rejection = null;
        var bytes = 0L;
        var count = 0;
        var frame = new Msg();
        frame.InitEmpty();
        try
        {
            if (!socket.TryReceive(ref frame, TimeSpan.Zero))
                return false;

            while (true)
            {
                count++;
                bytes += frame.Size;
                if (count > _limits.MaxFrames || bytes > _limits.MaxMessageBytes)
                    frames.Clear();
                else
                    frames.Add(frame.ToArray());

                // All frames of a message arrive together.
                if (!frame.HasMore || !socket.TryReceive(ref frame, TimeSpan.Zero))
                    break;
            }
        }
        finally
        {
            frame.Close();
        }

        if (count > _limits.MaxFrames)
            rejection = new(MessageRejectionReason.TooManyFrames, $"{count} frames; at most {_limits.MaxFrames} are allowed");
        else if (bytes > _limits.MaxMessageBytes)
            rejection = new(MessageRejectionReason.TooLarge, $"{bytes} bytes; at most {_limits.MaxMessageBytes} are allowed");

        return true;
    }
}
