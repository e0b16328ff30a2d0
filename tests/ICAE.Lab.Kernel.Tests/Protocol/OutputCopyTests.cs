using ICAE.Lab.Kernel.Protocol;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>What is written to a stream on a thread of its own.</summary>
public sealed class OutputCopyTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public void Many_small_pieces_wait_for_a_reader_that_is_slow()
    {
        using var target = new HeldStream();
        var copy = new OutputCopy(target);
        for (var piece = 0; piece < 1000; piece++)
            copy.Write([(byte)piece]);

        target.Release();
        copy.Drain(Limit);

        Assert.Equal(Enumerable.Range(0, 1000).Select(piece => (byte)piece), target.Written);
    }

    [Fact]
    public void The_oldest_is_left_out_where_nobody_reads()
    {
        using var target = new HeldStream();
        var copy = new OutputCopy(target);
        copy.Write([0]);
        target.WaitForWriter(Limit);
        copy.Write([1]);
        copy.Write([2, 2]);
        copy.Write(new byte[OutputCopy.MaxWaiting - 2]);
        target.Release();
        copy.Drain(Limit);

        Assert.Equal([0, 2, 2], target.Written.Take(3));
        Assert.Equal(1 + OutputCopy.MaxWaiting, target.Written.Count);
    }

    [Fact]
    public void A_stream_that_takes_nothing_is_not_waited_for()
    {
        using var target = new HeldStream();
        target.Release();
        target.Dispose();
        var copy = new OutputCopy(target);
        copy.Write([1]);
        copy.Drain(Limit);
        copy.Write([2]);

        Assert.Empty(target.Written);
    }
}
