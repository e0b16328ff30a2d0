namespace ICAE.Lab.Jupyter;

/// <summary>What one message may ask of the machine.</summary>
/// <param name="MaxFrames">Frames, routing and buffers included.</param>
/// <param name="MaxFrameBytes">Bytes of one frame. A connection that announces a longer one is closed before anything is allocated for it.</param>
/// <param name="MaxMessageBytes">Bytes of all frames together.</param>
/// <param name="MaxDepth">How deep the JSON of a message may be nested.</param>
public sealed record MessageLimits(int MaxFrames, long MaxFrameBytes, long MaxMessageBytes, int MaxDepth)
{
    /// <summary>256 frames, 64 MiB a frame, 128 MiB a message, 128 levels.</summary>
    public static MessageLimits Default { get; } = new(256, 64 << 20, 128 << 20, 128);
}
