namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>A stream that takes nothing until it is released.</summary>
internal sealed class HeldStream : MemoryStream
{
    private readonly ManualResetEventSlim _released = new();
    private readonly ManualResetEventSlim _reached = new();
    private volatile bool _closed;

    public List<byte> Written { get; } = [];

    public void WaitForWriter(TimeSpan limit) => Assert.True(_reached.Wait(limit));

    public void Release() => _released.Set();

    public override void Write(byte[] buffer, int offset, int count)
    {
        _reached.Set();
        _released.Wait();
        ObjectDisposedException.ThrowIf(_closed, this);
        Written.AddRange(buffer.AsSpan(offset, count));
    }

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        base.Dispose(disposing);
    }
}
