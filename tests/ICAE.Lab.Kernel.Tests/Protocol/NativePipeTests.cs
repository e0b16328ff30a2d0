using System.Collections.Concurrent;
using System.IO.Pipes;
using System.Text;
using ICAE.Lab.Kernel.Protocol;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>A pipe that stands in for a descriptor.</summary>
public sealed class NativePipeTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly AnonymousPipeClientStream _writer;
    private readonly NativePipe _pipe;
    private readonly BlockingCollection<string> _received = [];

    public NativePipeTests()
    {
        var reader = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        _writer = new AnonymousPipeClientStream(PipeDirection.Out, reader.ClientSafePipeHandle);
        _pipe = new NativePipe(2, reader, _writer, copy: null);
        _pipe.Start(_received.Add);
    }

    [Fact]
    public void Text_arrives_to_its_end_whatever_that_is()
    {
        // All bytes of one character, and all that others can end with.
        for (var last = '\0'; last < 0xC0; last++)
        {
            _writer.Write(Encoding.UTF8.GetBytes($"words{last}"));

            var text = "";
            while (text.Length < 6 && _received.TryTake(out var piece, Limit))
                text += piece;

            Assert.Equal($"words{last}", text);
        }
    }

    [Fact]
    public void What_was_written_before_a_mark_has_arrived_after_it()
    {
        _writer.Write("before"u8);
        _pipe.Mark(Limit);
        Assert.Equal("before", string.Concat(_received));

        _pipe.Mark(Limit);
        Assert.Single(_received);
    }

    public void Dispose()
    {
        _pipe.Dispose();
        _received.Dispose();
    }
}
