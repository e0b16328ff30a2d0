using NetMQ;
using NetMQ.Sockets;

namespace ICAE.Lab.Jupyter;

/// <summary>
/// A kernel's side of a connection: five sockets on a loopback address, and a thread that owns them. Messages that cannot be trusted or read
/// are dropped and told of; a connection with a frame over the limit is closed. The heartbeat is echoed without any help.
/// </summary>
public sealed class KernelServer : IDisposable
{
    private readonly MessageSigner _signer;
    private readonly MessageCodec _codec;
    private readonly SocketLoop _loop;
    private readonly Action<JupyterChannel, JupyterMessage> _received;
    private readonly Action<MessageRejection> _rejected;

    /// <summary>Binds the sockets. Nothing is received before <see cref="Start"/>.</summary>
    /// <param name="connection">Addresses and key.</param>
    /// <param name="received">
    /// Takes every message from the shell, control and stdin sockets, in the order in which they arrive, on the thread that owns the sockets:
    /// it must hand the message on and return.
    /// </param>
    /// <param name="rejected">Is told, on the same thread, of every message that was dropped.</param>
    /// <param name="limits">What a message may ask; <see langword="null"/> for <see cref="MessageLimits.Default"/>.</param>
    /// <exception cref="JupyterException">An address is in use or no loopback address.</exception>
    public KernelServer(
        ConnectionFile connection,
        Action<JupyterChannel, JupyterMessage> received,
        Action<MessageRejection> rejected,
        MessageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(received);
        ArgumentNullException.ThrowIfNull(rejected);
        _received = received;
        _rejected = rejected;
        _signer = new MessageSigner(connection.Key);
        _codec = new MessageCodec(_signer, limits);
        _loop = new SocketLoop(Bind(connection, _codec.Limits), _codec.Limits, Receive, rejected);
    }

    /// <summary>Starts to receive and to send; call it once.</summary>
    public void Start() => _loop.Start("Jupyter sockets");

    /// <summary>This kernel's session, for the headers of what it sends.</summary>
    public string Session { get; } = Guid.NewGuid().ToString();

    /// <summary>Sends a message, from any thread. Messages of one thread arrive in their order. After <see cref="Dispose"/> nothing is sent.</summary>
    /// <param name="channel">The socket: an answer goes to the one its request came from.</param>
    /// <param name="message">The message; it may be changed afterwards.</param>
    public void Send(JupyterChannel channel, JupyterMessage message)
    {
        if (TryEncode(message) is { } frames)
            _loop.Send(channel, frames);
    }

    /// <summary>Sends a message as <see cref="Send"/> does, unless it is too large: a client that refuses it may lose others with it.</summary>
    /// <param name="channel">The socket.</param>
    /// <param name="message">The message; it may be changed afterwards.</param>
    /// <param name="maxBytes">How many bytes all its frames may have together.</param>
    /// <param name="bytes">How many they have.</param>
    /// <returns>Whether it was not too large.</returns>
    public bool TrySend(JupyterChannel channel, JupyterMessage message, long maxBytes, out long bytes)
    {
        bytes = 0;
        if (TryEncode(message) is not { } frames)
            return true;

        bytes = frames.Sum(frame => (long)frame.Length);
        if (bytes > maxBytes)
            return false;

        _loop.Send(channel, frames);
        return true;
    }

    /// <summary>Sends what is queued, then closes the sockets. Not to be called from <c>received</c>.</summary>
    public void Dispose()
    {
        _loop.Dispose();
        _signer.Dispose();
    }

    private void Receive(JupyterChannel channel, List<byte[]> frames)
    {
        if (channel == JupyterChannel.Heartbeat)
            _loop.SendAtOnce(channel, frames);
        else if (_codec.TryDecode(frames, out var message, out var rejection))
            _received(channel, message);
        else
            _rejected(rejection);
    }

    /// <summary>The signed frames of a message; nothing once the key is gone.</summary>
    private IReadOnlyList<byte[]>? TryEncode(JupyterMessage message)
    {
        try
        {
            return _codec.Encode(message);
        }
        catch (ObjectDisposedException)
        {
            // Threads that cells have left running write until the process ends.
            return null;
        }
    }

    private static Dictionary<JupyterChannel, NetMQSocket> Bind(ConnectionFile connection, MessageLimits limits)
    {
        var sockets = new Dictionary<JupyterChannel, NetMQSocket>();
        try
        {
            foreach (var channel in Enum.GetValues<JupyterChannel>())
            {
                NetMQSocket socket = channel == JupyterChannel.IoPub ? new PublisherSocket() : new RouterSocket();
                sockets[channel] = SocketLoop.Configure(socket, connection, limits);
                if (socket is RouterSocket)
                    socket.Options.RouterHandover = true;

                BindTo(socket, connection.Address(channel), channel);
            }

            return sockets;
        }
        catch
        {
            foreach (var socket in sockets.Values)
                socket.Dispose();
            throw;
        }
    }

    private static void BindTo(NetMQSocket socket, string address, JupyterChannel channel)
    {
        try
        {
            socket.Bind(address);
        }
        catch (AddressAlreadyInUseException error)
        {
            throw new JupyterException($"{address}: the {channel} socket cannot be bound: another program uses the port.", error);
        }
        catch (NetMQException error)
        {
            throw new JupyterException($"{address}: the {channel} socket cannot be bound: {error.Message}", error);
        }
    }
}
