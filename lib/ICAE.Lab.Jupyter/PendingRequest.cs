using System.Threading.Channels;

namespace ICAE.Lab.Jupyter;

/// <summary>A request that is waited for, with everything that arrives because of it, in the order of arrival.</summary>
internal sealed class PendingRequest
{
    private readonly Channel<(JupyterChannel Channel, JupyterMessage Message)> _arrived =
        Channel.CreateUnbounded<(JupyterChannel, JupyterMessage)>(new UnboundedChannelOptions { SingleReader = true });

    public ChannelReader<(JupyterChannel Channel, JupyterMessage Message)> Arrived => _arrived.Reader;

    public void Add(JupyterChannel channel, JupyterMessage message) => _arrived.Writer.TryWrite((channel, message));

    public void Fail(Exception error) => _arrived.Writer.TryComplete(error);
}
