using NetMQ;
using NetMQ.Sockets;

namespace ICAE.Lab.Jupyter.Tests;

/// <summary>The thread that owns the sockets.</summary>
public sealed class SocketLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_flood_of_output_does_not_keep_a_request_waiting()
    {
        const int Flood = 1000;
        var connection = ConnectionFile.Create();
        var shell = new RouterSocket();
        shell.Bind(connection.Address(JupyterChannel.Shell));

        // Nobody is connected to it: each message that it is to send is told of.
        var sockets = new Dictionary<JupyterChannel, NetMQSocket> { [JupyterChannel.Shell] = shell, [JupyterChannel.Stdin] = new DealerSocket() };
        using var peer = new DealerSocket();
        peer.Connect(connection.Address(JupyterChannel.Shell));
        var sent = 0;
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sentBefore = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var queued = new ManualResetEventSlim();
        using var loop = new SocketLoop(sockets, MessageLimits.Default, (_, _) => Receive(), _ => Note());
        loop.Start("sockets");
        peer.SendFrame("connected");
        await connected.Task.WaitAsync(Limit);
        for (var index = 0; index < Flood; index++)
            loop.Send(JupyterChannel.Stdin, [new byte[1]]);

        queued.Set();

        Assert.InRange(await sentBefore.Task.WaitAsync(Limit), 1, Flood / 2);
        await all.Task.WaitAsync(Limit);

        void Receive()
        {
            if (!connected.TrySetResult())
                sentBefore.TrySetResult(sent);
        }

        void Note()
        {
            if (++sent == 1)
            {
                queued.Wait(Limit);
                peer.SendFrame("request");

                // On the thread that owns the socket.
                shell.Poll(PollEvents.PollIn, Limit);
            }

            if (sent == Flood)
                all.SetResult();
        }
    }

    [Fact]
    public async Task The_thread_keeps_nothing_of_whoever_starts_it()
    {
        var mark = new AsyncLocal<string?> { Value = "of the caller" };
        var connection = ConnectionFile.Create();
        var shell = new RouterSocket();
        shell.Bind(connection.Address(JupyterChannel.Shell));
        using var peer = new DealerSocket();
        peer.Connect(connection.Address(JupyterChannel.Shell));
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loop = new SocketLoop(new Dictionary<JupyterChannel, NetMQSocket> { [JupyterChannel.Shell] = shell }, MessageLimits.Default, (_, _) => seen.TrySetResult(mark.Value), _ => { });
        loop.Start("sockets");
        peer.SendFrame("request");

        Assert.Null(await seen.Task.WaitAsync(Limit));
    }
}
