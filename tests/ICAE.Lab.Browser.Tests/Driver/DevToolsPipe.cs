using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Browser.Tests.Driver;

/// <summary>
/// A browser's process and the DevTools protocol with it, over a pipe: messages are JSON, a zero byte behind each. The browser ends when the
/// pipe is closed, so it does not outlive this process, however this one ends.
/// </summary>
internal sealed class DevToolsPipe : IAsyncDisposable
{
    // The browser reads descriptor 3 and writes descriptor 4; what it prints goes to its standard error.
    private const string Redirect = "exec \"$0\" \"$@\" 3<&0 4>&1 1>&2 0</dev/null";
    private static readonly TimeSpan Answer = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan End = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _asked = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Task<string> _errors;
    private int _last;

    private DevToolsPipe(Process process, Action<string, string, JsonObject> told)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = Task.Run(() => ReadAsync(told));
    }

    /// <summary>Starts a browser.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">What it is given beside the request for the pipe.</param>
    /// <param name="told">Called with each event: its session ("" for the browser itself), name and parameters.</param>
    public static DevToolsPipe Start(string program, IEnumerable<string> arguments, Action<string, string, JsonObject> told)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Redirect, program, "--remote-debugging-pipe", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new DevToolsPipe(Process.Start(start) ?? throw new BrowserException($"{program} did not start."), told);
    }

    /// <summary>Asks the browser for something and waits for its answer.</summary>
    /// <param name="session">The page's session; <see langword="null"/> for the browser itself.</param>
    /// <param name="method">The method, as "Page.navigate".</param>
    /// <param name="parameters">Its parameters.</param>
    /// <exception cref="BrowserException">It refused, ended, or did not answer.</exception>
    public async Task<JsonObject> SendAsync(string? session, string method, JsonObject? parameters)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
            message["sessionId"] = session;

        try
        {
            if (_reading.IsCompleted)
                throw await EndedAsync();

            await WriteAsync([.. Encoding.UTF8.GetBytes(message.ToJsonString()), 0]);
            var told = await answer.Task.WaitAsync(Answer);
            if (told["error"] is JsonObject error)
                throw new BrowserException($"{method}: {error["message"]} {error["data"]}");

            return told["result"] as JsonObject ?? [];
        }
        catch (TimeoutException)
        {
            throw new BrowserException($"{method}: no answer within {Answer}.");
        }
        catch (IOException error)
        {
            throw new BrowserException($"{method}: the browser has ended.", error);
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            try
            {
                _process.StandardInput.Close();
                await _process.WaitForExitAsync().WaitAsync(End);
            }
            catch (Exception error) when (error is TimeoutException or IOException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync().WaitAsync(End);
            }

            await _reading;
        }

        _writing.Dispose();
    }

    private async Task WriteAsync(byte[] message)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(message);
            await _process.StandardInput.BaseStream.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync(Action<string, string, JsonObject> told)
    {
        var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            int length;
            while ((length = await _process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0)
            {
                var rest = buffer.AsMemory(0, length);
                for (int end; (end = rest.Span.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
                {
                    message.Write(rest.Span[..end]);
                    Take(message.GetBuffer().AsSpan(0, (int)message.Length), told);
                    message.SetLength(0);
                }

                message.Write(rest.Span);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or JsonException)
        {
            // The pipe is of no more use, which all who wait are told.
        }

        var ended = await EndedAsync();
        foreach (var answer in _asked.Values)
            answer.TrySetException(ended);
    }

    private void Take(ReadOnlySpan<byte> json, Action<string, string, JsonObject> told)
    {
        var message = JsonNode.Parse(json)!.AsObject();
        if (message["id"] is { } id)
        {
            if (_asked.TryGetValue(id.GetValue<int>(), out var answer))
                answer.TrySetResult(message);
            return;
        }

        told(message["sessionId"]?.GetValue<string>() ?? "", message["method"]!.GetValue<string>(), message["params"] as JsonObject ?? []);
    }

    private async Task<BrowserException> EndedAsync()
    {
        var lines = _errors.IsCompletedSuccessfully ? (await _errors).Split('\n').Where(line => !line.Contains("/dbus/", StringComparison.Ordinal)) : [];
        return new BrowserException($"The browser has ended. {string.Join('\n', lines.TakeLast(5))}");
    }
}
