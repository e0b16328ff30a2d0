using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Tests.Formats.Hub;

/// <summary>A hub on this machine, with one model. It speaks just enough HTTP, and can be told to misbehave.</summary>
internal sealed class HubServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    public HubServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The model's name.</summary>
    public string Id { get; init; } = "owner/tiny";

    /// <summary>The commit that every revision known stands for.</summary>
    public string Commit { get; set; } = new('a', 40);

    /// <summary>The files by name.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Whether the list of files has hashes.</summary>
    public bool ListsHashes { get; set; } = true;

    /// <summary>Answers in place of the hub where it gives an answer.</summary>
    public Func<HubRequest, HubAnswer?> Intercept { get; set; } = _ => null;

    /// <summary>Changes the list of files before it is sent.</summary>
    public Action<JsonObject> EditListing { get; set; } = _ => { };

    /// <summary>What was asked for, in order.</summary>
    public List<HubRequest> Requests { get; } = [];

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The requests for a file's content.</summary>
    public IReadOnlyList<HubRequest> RequestsFor(string file)
    {
        lock (Requests)
            return [.. Requests.Where(request => request.Path.EndsWith("/" + file, StringComparison.Ordinal))];
    }

    /// <summary>Adds the files of a folder.</summary>
    public void AddFolder(string folder, params string[] names)
    {
        foreach (var name in names)
            Files[name] = File.ReadAllBytes(Path.Combine(folder, name));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    /// <summary>The hub's own answer.</summary>
    public HubAnswer Answer(HubRequest request)
    {
        if (request.Path.StartsWith($"/api/models/{Id}/revision/", StringComparison.Ordinal))
            return new HubAnswer(200, Encoding.UTF8.GetBytes(Listing().ToJsonString()));

        var before = $"/{Id}/resolve/{Commit}/";
        return request.Path.StartsWith(before, StringComparison.Ordinal) && Files.TryGetValue(request.Path[before.Length..], out var content)
            ? Content(request, content)
            : new HubAnswer(404, []) { Headers = { ["X-Error-Code"] = request.Path.StartsWith("/api/", StringComparison.Ordinal) ? "RepoNotFound" : "EntryNotFound" } };
    }

    /// <summary>A content, whole or in part, as a server of files gives it.</summary>
    public static HubAnswer Content(HubRequest request, byte[] content)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";
        var range = request.Headers.GetValueOrDefault("Range");
        var isUnchanged = request.Headers.GetValueOrDefault("If-Range") is not { } unchanged || unchanged == tag;
        if (range is null || !isUnchanged)
            return new HubAnswer(200, content) { Headers = { ["ETag"] = tag } };

        var from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        return from >= content.Length
            ? new HubAnswer(416, []) { Headers = { ["Content-Range"] = $"bytes */{content.Length}" } }
            : new HubAnswer(206, content[from..]) { Headers = { ["ETag"] = tag, ["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}" } };
    }

    private JsonObject Listing()
    {
        var listing = new JsonObject { ["id"] = Id, ["sha"] = Commit, ["siblings"] = new JsonArray([.. Files.Select(file => (JsonNode)Sibling(file.Key, file.Value))]) };
        EditListing(listing);
        return listing;
    }

    private JsonObject Sibling(string name, byte[] content)
    {
        var json = new JsonObject { ["rfilename"] = name, ["size"] = content.Length };
        if (!ListsHashes)
            return json;

        json["blobId"] = GitId(content);
        if (Path.GetExtension(name) is ".safetensors" or ".gguf")
            json["lfs"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)), ["size"] = content.Length, ["pointerSize"] = 134 };

        return json;
    }

    private static string GitId(byte[] content)
    {
        // What git names contents by.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                if (await ReadAsync(stream) is not { } request)
                    return;

                lock (Requests)
                    Requests.Add(request);

                await WriteAsync(stream, Intercept(request) ?? Answer(request));
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // The other side went away, which is its right.
            }
        }
    }

    private async Task<HubRequest?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!(bytes.Count >= 4 && bytes[^1] == '\n' && bytes[^3] == '\n'))
        {
            if (bytes.Count > 1 << 16 || await stream.ReadAsync(one, _stop.Token) == 0)
                return null;

            bytes.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var uri = new Uri(new Uri(Address), lines[0].Split(' ')[1]);
        return new HubRequest(uri.AbsolutePath, lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase));
    }

    private async Task WriteAsync(NetworkStream stream, HubAnswer answer)
    {
        var head = new StringBuilder(FormattableString.Invariant($"HTTP/1.1 {answer.Status} Said\r\nConnection: close\r\n"));
        if (answer.HasLength)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {answer.Body.Length}\r\n");

        foreach (var (name, value) in answer.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        await stream.WriteAsync(answer.Body.AsMemory(0, Math.Min(answer.CutAfter ?? int.MaxValue, answer.Body.Length)), _stop.Token);
        if (answer.HoldsAfter is { } hold)
            await hold.WaitAsync(_stop.Token);
    }
}
