using NetMQ;
using NetMQ.Sockets;

namespace ICAE.Lab.Jupyter.Tests;

/// <summary>The thread that owns the sockets.</summary>
public sealed class SocketLoopTests
{
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
        var sentBefore = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loop = new SocketLoop(sockets, MessageLimits.Default, (_, _) => sentBefore.TrySetResult(sent), _ => Note());
        for (var index = 0; index < Flood; index++)
            loop.Send(JupyterChannel.Stdin, [new byte[1]]);

        loop.Start("sockets");

        Assert.InRange(await sentBefore.Task.WaitAsync(TimeSpan.FromSeconds(30)), 1, Flood / 2);
        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));

        void Note()
        {
            if (++sent == 1)
            {
                peer.SendFrame("request");
                Thread.Sleep(500);
            }

            if (sent == Flood)
                all.SetResult();
        }
    }
}
