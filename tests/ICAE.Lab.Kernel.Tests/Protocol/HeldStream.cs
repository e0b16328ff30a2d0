namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>A stream that takes nothing until it is released.</summary>
internal sealed class HeldStream : Stream
{
    private readonly ManualResetEventSlim _released = new();
    private readonly ManualResetEventSlim _reached = new();
    private volatile bool _closed;

    public List<byte> Written { get; } = [];

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void WaitForWriter(TimeSpan limit) => Assert.True(_reached.Wait(limit));

    public void Release() => _released.Set();

    public override void Write(byte[] buffer, int offset, int count)
    {
        _reached.Set();
        _released.Wait();
        ObjectDisposedException.ThrowIf(_closed, this);
        Written.AddRange(buffer.AsSpan(offset, count));
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        base.Dispose(disposing);
    }
}
