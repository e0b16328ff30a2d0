using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

namespace ICAE.Lab.Jupyter.Tests;

public sealed class ServerClientTests : IDisposable
{
    private static readonly MessageLimits Small = MessageLimits.Default with { MaxFrameBytes = 100_000, MaxMessageBytes = 200_000, MaxFrames = 20 };
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly ConnectionFile _connection = ConnectionFile.Create();
    private readonly EchoKernel _kernel;
    private readonly JupyterClient _client;

    public ServerClientTests()
    {
        _kernel = new EchoKernel(_connection, Small);
        _client = new JupyterClient(_connection);
    }

    public void Dispose()
    {
        _client.Dispose();
        _kernel.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task Output_arrives_whole_and_in_order()
    {
        await _client.WaitUntilReadyAsync(_limit.Token);
        var text = new StringBuilder();
        var code = string.Concat(Enumerable.Range(0, 3000).Select(index => (char)('a' + (index % 26))));

        var result = await _client.ExecuteAsync(new ExecuteRequest(code), message => text.Append(message.Type == "stream" ? message.Content["text"] : ""), null, _limit.Token);

        Assert.Equal(code, text.ToString());
        Assert.True(result.Succeeded);
        Assert.Equal(7, result.ExecutionCount);
    }

    [Fact]
    public async Task Requests_side_by_side_get_their_own_answers()
    {
        await _client.WaitUntilReadyAsync(_limit.Token);

        var outputs = await Task.WhenAll(Enumerable.Range(0, 50).Select(async index =>
        {
            var text = new StringBuilder();
            await _client.ExecuteAsync(new ExecuteRequest($"code {index}"), message => text.Append(message.Content["text"]), null, _limit.Token);
            return text.ToString();
        }));

        Assert.Equal(Enumerable.Range(0, 50).Select(index => $"code {index}"), outputs);
    }

    [Fact]
    public async Task A_failure_carries_name_value_and_trace()
    {
        await _client.WaitUntilReadyAsync(_limit.Token);

        var result = await _client.ExecuteAsync(new ExecuteRequest("fail"), cancellationToken: _limit.Token);

        Assert.False(result.Succeeded);
        Assert.Equal(("Bad", "it failed"), (result.ErrorName, result.ErrorValue));
        Assert.Equal(["line 1", "line 2"], result.Traceback);
    }

    [Fact]
    public async Task A_question_is_answered()
    {
        await _client.WaitUntilReadyAsync(_limit.Token);
        var text = new StringBuilder();

        await _client.ExecuteAsync(
            new ExecuteRequest("ask"), message => text.Append(message.Content["text"]), (question, _) => Task.FromResult($"Ada, who was asked {question.Prompt}"), _limit.Token);

        Assert.Equal("hello Ada, who was asked name?", text.ToString());
    }

    [Fact]
    public async Task Every_request_carries_its_content()
    {
        var complete = await _client.CompleteAsync("ab", 1, _limit.Token);
        var inspect = await _client.InspectAsync("ab", 2, 1, _limit.Token);
        var history = await _client.HistoryAsync(5, cancellationToken: _limit.Token);

        Assert.Equal("{\"code\":\"ab\",\"cursor_pos\":1}", complete["echo"]!.ToJsonString());
        Assert.Equal("1", inspect["echo"]!["detail_level"]!.ToString());
        Assert.Equal("tail", history["echo"]!["hist_access_type"]!.ToString());
        Assert.Equal("x", (await _client.IsCompleteAsync("x", _limit.Token))["echo"]!["code"]!.ToString());
        await _client.InterruptAsync(_limit.Token);
        await _client.ShutdownAsync(cancellationToken: _limit.Token);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_leaves_the_client_usable()
    {
        await _client.WaitUntilReadyAsync(_limit.Token);
        using var cancel = new CancellationTokenSource();
        var hanging = _client.ExecuteAsync(new ExecuteRequest("hang"), _ => cancel.Cancel(), null, cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);

        Assert.True((await _client.ExecuteAsync(new ExecuteRequest("x"), cancellationToken: _limit.Token)).Succeeded);
    }

    [Fact]
    public async Task Code_whose_output_did_not_arrive_whole_has_not_succeeded()
    {
        using var client = new JupyterClient(_connection) { IdleLimit = TimeSpan.FromSeconds(1) };
        await client.WaitUntilReadyAsync(_limit.Token);

        var result = await client.ExecuteAsync(new ExecuteRequest("no idle"), cancellationToken: _limit.Token);

        Assert.False(result.Succeeded);
        Assert.Equal(("OutputLost", 7), (result.ErrorName, result.ExecutionCount));
        Assert.Contains("did not arrive", result.ErrorValue);
    }

    [Fact]
    public async Task A_reply_that_never_comes_is_not_waited_for()
    {
        using var client = new JupyterClient(_connection) { IdleLimit = TimeSpan.FromSeconds(1) };
        await client.WaitUntilReadyAsync(_limit.Token);

        var result = await client.ExecuteAsync(new ExecuteRequest("no reply"), cancellationToken: _limit.Token);

        Assert.False(result.Succeeded);
        Assert.Equal(("NoReply", "The kernel is done with the request and has not replied."), (result.ErrorName, result.ErrorValue));
    }

    [Fact]
    public async Task A_message_that_is_dropped_is_told_to_who_waits()
    {
        var rejected = new ConcurrentQueue<MessageRejection>();
        _client.Rejected += rejected.Enqueue;
        await _client.WaitUntilReadyAsync(_limit.Token);
        var text = new StringBuilder();

        var result = await _client.ExecuteAsync(new ExecuteRequest("deep"), message => text.Append(message.Content["text"]), null, _limit.Token);

        Assert.True(result.Succeeded);
        Assert.StartsWith("Jupyter client: message dropped (MalformedJson)", text.ToString());
        Assert.EndsWith("deep", text.ToString());
        Assert.Equal(MessageRejectionReason.MalformedJson, Assert.Single(rejected).Reason);
    }

    [Fact]
    public void After_its_end_a_kernel_sends_nothing()
    {
        _kernel.Dispose();

        _kernel.Publish("stream", new JsonObject { ["name"] = "stdout", ["text"] = "late" });
    }

    [Fact]
    public async Task A_silent_kernel_is_noticed()
    {
        using var client = new JupyterClient(_connection, TimeSpan.FromSeconds(2));
        await client.WaitUntilReadyAsync(_limit.Token);
        var hanging = client.ExecuteAsync(new ExecuteRequest("hang"), cancellationToken: _limit.Token);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.False(hanging.IsCompleted, "Its heart beats.");

        _kernel.Dispose();

        await Assert.ThrowsAsync<KernelDiedException>(() => hanging);
        await Assert.ThrowsAsync<KernelDiedException>(() => client.ExecuteAsync(new ExecuteRequest("x"), cancellationToken: _limit.Token));
    }

    [Fact]
    public async Task Publications_without_a_request_are_seen()
    {
        var seen = new TaskCompletionSource<JupyterMessage>();
        _client.Published += message => _ = message.Type == "comm_msg" && seen.TrySetResult(message);
        await _client.WaitUntilReadyAsync(_limit.Token);

        _kernel.Publish("comm_msg", new JsonObject { ["comm_id"] = "1", ["data"] = new JsonObject() });

        Assert.Null((await seen.Task.WaitAsync(_limit.Token)).ParentHeader);
    }

    [Fact]
    public async Task Forged_cut_and_replayed_messages_leave_the_kernel_alive()
    {
        using var forger = new MessageSigner("another key");
        using var signer = new MessageSigner(_connection.Key);
        using var socket = new DealerSocket();
        socket.Connect(_connection.Address(JupyterChannel.Shell));
        var sound = new MessageCodec(signer).Encode(JupyterMessage.Request("s", "x_request"));

        socket.SendMultipartBytes(new MessageCodec(forger).Encode(JupyterMessage.Request("s", "x_request")));
        socket.SendMultipartBytes(sound.Take(4));
        socket.SendMultipartBytes(sound);
        socket.SendMultipartBytes(sound);
        socket.SendMultipartBytes(Enumerable.Repeat(new byte[1], 30));
        socket.SendMultipartBytes(Enumerable.Repeat(new byte[60_000], 5));
        socket.SendMultipartBytes(new MessageCodec(signer).Encode(JupyterMessage.Request("s", "boom")));

        MessageRejectionReason[] expected =
        [
            MessageRejectionReason.BadSignature, MessageRejectionReason.Incomplete, MessageRejectionReason.Replayed,
            MessageRejectionReason.TooManyFrames, MessageRejectionReason.TooLarge, MessageRejectionReason.HandlerFailed,
        ];
        while (_kernel.Rejections.Count < expected.Length)
            await Task.Delay(10, _limit.Token);
        Assert.Equal(expected, _kernel.Rejections.Select(rejection => rejection.Reason));
        await _client.WaitUntilReadyAsync(_limit.Token);
    }

    [Fact]
    public async Task A_frame_over_the_limit_ends_its_connection_and_takes_no_memory()
    {
        await _client.WaitUntilReadyAsync(_limit.Token);
        using var peer = new TcpClient();
        await peer.ConnectAsync("127.0.0.1", _connection.ShellPort, _limit.Token);
        var stream = peer.GetStream();
        await stream.WriteAsync(Handshake("DEALER"), _limit.Token);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // A long frame that announces 8 GiB.
        await stream.WriteAsync(new byte[] { 2, 0, 0, 0, 2, 0, 0, 0, 0 }, _limit.Token);
        await stream.WriteAsync(new byte[1000], _limit.Token);

        Assert.True(await Closed(stream), "The connection is closed.");
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 10 << 20);
        Assert.True((await _client.ExecuteAsync(new ExecuteRequest("x"), cancellationToken: _limit.Token)).Succeeded);
    }

    [Fact]
    public async Task Bytes_that_are_not_zeromq_leave_the_kernel_alive()
    {
        var random = new Random(3);
        for (var round = 0; round < 20; round++)
        {
            using var peer = new TcpClient();
            await peer.ConnectAsync("127.0.0.1", round % 2 == 0 ? _connection.ShellPort : _connection.IoPubPort, _limit.Token);
            var bytes = new byte[500];
            random.NextBytes(bytes);
            await peer.GetStream().WriteAsync(round < 10 ? bytes : [.. Handshake("DEALER"), .. bytes], _limit.Token);
        }

        await _client.WaitUntilReadyAsync(_limit.Token);
    }

    [Fact]
    public void A_port_in_use_is_one_error()
    {
        var error = Assert.Throws<JupyterException>(() => new EchoKernel(_connection));

        Assert.Contains("Shell", error.Message);
        Assert.Contains(_connection.ShellPort.ToString(), error.Message);
    }

    /// <summary>ZMTP 3.0: greeting with the NULL mechanism, then READY.</summary>
    private static byte[] Handshake(string socketType)
    {
        var greeting = new byte[64];
        greeting[0] = 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        "NULL"u8.CopyTo(greeting.AsSpan(12));
        byte[] body = [5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, (byte)socketType.Length, .. Encoding.ASCII.GetBytes(socketType)];
        return [.. greeting, 4, (byte)body.Length, .. body];
    }

    private async Task<bool> Closed(NetworkStream stream)
    {
        var buffer = new byte[256];
        try
        {
            while (await stream.ReadAsync(buffer, _limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: closed as well.
        }

        return true;
    }
}
