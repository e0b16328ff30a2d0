using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Jupyter;

/// <summary>
/// Where a kernel's sockets are and the key that signs its messages. Only TCP on a loopback address (127.0.0.0/8, ::1, localhost) and
/// HMAC-SHA256 are accepted: a kernel runs whatever it is sent.
/// </summary>
public sealed record ConnectionFile
{
    private const string What = "the connection file";
    private const int FirstPort = 10_000;
    private const int PortRange = 22_768;
    private const uint PortSpread = 14_071;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static int _ports;

    /// <summary>The loopback address, as it stands in the file.</summary>
    public required string Ip { get; init; }

    /// <summary>The port of the shell socket, 1 to 65535, as the other ports.</summary>
    public required int ShellPort { get; init; }

    /// <summary>The port of the IOPub socket.</summary>
    public required int IoPubPort { get; init; }

    /// <summary>The port of the stdin socket.</summary>
    public required int StdinPort { get; init; }

    /// <summary>The port of the control socket.</summary>
    public required int ControlPort { get; init; }

    /// <summary>The port of the heartbeat socket.</summary>
    public required int HeartbeatPort { get; init; }

    /// <summary>The key of the signatures; empty if messages are not signed. A secret: never print it.</summary>
    public required string Key { get; init; }

    /// <summary>The name of the kernel's spec; may be empty.</summary>
    public string KernelName { get; init; } = "";

    /// <summary>Makes a connection on 127.0.0.1 with five free ports and a new key of 256 bits.</summary>
    /// <param name="kernelName">The name of the kernel's spec.</param>
    /// <returns>The connection; nothing is written.</returns>
    public static ConnectionFile Create(string kernelName = "")
    {
        var ports = FreePorts(5);
        return new ConnectionFile
        {
            Ip = "127.0.0.1",
            ShellPort = ports[0],
            IoPubPort = ports[1],
            StdinPort = ports[2],
            ControlPort = ports[3],
            HeartbeatPort = ports[4],
            Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            KernelName = kernelName,
        };
    }

    /// <summary>Reads a connection file.</summary>
    /// <param name="path">The file, at most 1 MiB.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="JupyterException">The file cannot be read, is malformed, or describes a connection that is not accepted.</exception>
    public static ConnectionFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var json = SmallFile.Read(path, What);
        var transport = Text(json, path, "transport", "tcp");
        if (transport != "tcp")
            throw Bad(path, $"the transport is \"{transport}\"; only tcp is spoken");

        var scheme = Text(json, path, "signature_scheme", JupyterProtocol.SignatureScheme);
        var key = Text(json, path, "key", "");
        if (key.Length > 0 && scheme != JupyterProtocol.SignatureScheme)
            throw Bad(path, $"the signature scheme is \"{scheme}\"; only {JupyterProtocol.SignatureScheme} is spoken");

        var ip = Text(json, path, "ip", null);
        if (!TryLoopback(ip, out _))
            throw Bad(path, $"the address is \"{ip}\"; only loopback addresses (127.0.0.0/8, ::1, localhost) are accepted");

        return new ConnectionFile
        {
            Ip = ip,
            ShellPort = Port(json, path, "shell_port"),
            IoPubPort = Port(json, path, "iopub_port"),
            StdinPort = Port(json, path, "stdin_port"),
            ControlPort = Port(json, path, "control_port"),
            HeartbeatPort = Port(json, path, "hb_port"),
            Key = key,
            KernelName = Text(json, path, "kernel_name", ""),
        };
    }

    /// <summary>Writes the file; on Unix only its owner may read it (mode 0600).</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="JupyterException">It cannot be written.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var json = new JsonObject
        {
            ["shell_port"] = ShellPort,
            ["iopub_port"] = IoPubPort,
            ["stdin_port"] = StdinPort,
            ["control_port"] = ControlPort,
            ["hb_port"] = HeartbeatPort,
            ["ip"] = Ip,
            ["key"] = Key,
            ["transport"] = "tcp",
            ["signature_scheme"] = JupyterProtocol.SignatureScheme,
            ["kernel_name"] = KernelName,
        };
        SmallFile.Write(path, json.ToJsonString(Indented) + "\n", secret: true);
    }

    /// <summary>Everything but the key.</summary>
    public override string ToString() => $"tcp://{Ip} (shell {ShellPort}, iopub {IoPubPort}, stdin {StdinPort}, control {ControlPort}, heartbeat {HeartbeatPort})";

    /// <summary>The address of a socket, as ZeroMQ writes it.</summary>
    internal string Address(JupyterChannel channel)
    {
        if (!TryLoopback(Ip, out var address))
            throw new JupyterException($"The address \"{Ip}\" is no loopback address (127.0.0.0/8, ::1, localhost).");

        var host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return $"tcp://{host}:{Port(channel)}";
    }

    internal bool IsIPv6 => TryLoopback(Ip, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private int Port(JupyterChannel channel) => channel switch
    {
        JupyterChannel.Shell => ShellPort,
        JupyterChannel.IoPub => IoPubPort,
        JupyterChannel.Stdin => StdinPort,
        JupyterChannel.Control => ControlPort,
        _ => HeartbeatPort,
    };

    private static bool TryLoopback(string ip, out IPAddress address)
    {
        address = IPAddress.Loopback;
        if (ip == "localhost")
            return true;

        // IPAddress also reads "1" and "0x7f000001"; only the usual ways of writing are accepted.
        if (!IPAddress.TryParse(ip, out var parsed) || parsed.ToString() != ip || !IPAddress.IsLoopback(parsed) || parsed.IsIPv4MappedToIPv6)
            return false;

        address = parsed;
        return true;
    }

    /// <summary>Whether somebody listens at one of its ports.</summary>
    internal bool HasTakenPort()
    {
        _ = TryLoopback(Ip, out var address);
        return Enum.GetValues<JupyterChannel>().Any(channel => WhyTaken(new IPEndPoint(address, Port(channel))) is not null);
    }

    private static SocketException? WhyTaken(IPEndPoint point)
    {
        using var listener = new TcpListener(point);
        try
        {
            listener.Start();
            return null;
        }
        catch (SocketException error)
        {
            return error;
        }
    }

    /// <summary>
    /// Ports that nobody listens at now. Whoever binds them comes later: so they are not those that systems give to any connection, and each process goes through them from
    /// a place of its own.
    /// </summary>
    private static int[] FreePorts(int count)
    {
        var ports = new List<int>();
        SocketException? last = null;
        for (var tries = 0; ports.Count < count; tries++)
        {
            if (tries == PortRange)
                throw new JupyterException($"There are no free ports on 127.0.0.1: {last?.Message}", last!);

            var port = FirstPort + (int)((((uint)Environment.ProcessId * PortSpread) + (uint)Interlocked.Increment(ref _ports)) % PortRange);
            if (WhyTaken(new IPEndPoint(IPAddress.Loopback, port)) is { } taken)
                last = taken;
            else
                ports.Add(port);
        }

        return [.. ports];
    }

    private static string Text(JsonObject json, string path, string name, string? fallback)
    {
        if (!json.TryGetPropertyValue(name, out var node) || node is null)
            return fallback ?? throw Bad(path, $"there is no \"{name}\"");

        return node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw Bad(path, $"\"{name}\" is no text");
    }

    private static int Port(JsonObject json, string path, string name)
    {
        if (json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var port) && port is > 0 and < 65536)
            return port;

        throw Bad(path, $"\"{name}\" is no port from 1 to 65535");
    }

    private static JupyterException Bad(string path, string cause) => new($"{path}: {What} cannot be used: {cause}.");
}
