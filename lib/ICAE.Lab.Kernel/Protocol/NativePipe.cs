using System.Security.Cryptography;
using System.Text;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>A pipe that stands in for one of the process's descriptors, and the thread that reads it.</summary>
/// <param name="descriptor">The descriptor.</param>
/// <param name="reader">The pipe's end to read.</param>
/// <param name="writer">Its other end.</param>
/// <param name="copy">Gets what arrives as well, as soon as it does; may be absent.</param>
internal sealed class NativePipe(int descriptor, Stream reader, Stream writer, OutputCopy? copy) : IDisposable
{
    // No text has the first byte: the end of what was written is never kept back as the beginning of a mark.
    private readonly byte[] _mark = [0xFF, .. RandomNumberGenerator.GetBytes(15)];
    private readonly object _gate = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private Action<string> _received = static _ => { };
    private long _written;
    private long _arrived;
    private bool _closed;

    /// <summary>The descriptor that the pipe stands in for.</summary>
    public int Descriptor => descriptor;

    /// <summary>Starts to read.</summary>
    public void Start(Action<string> received)
    {
        _received = received;
        new Thread(Read) { IsBackground = true, Name = $"descriptor {descriptor}" }.UnsafeStart();
    }

    /// <summary>Waits until what was written before has been read: writes bytes that nothing else writes, and waits for them.</summary>
    public void Mark(TimeSpan limit)
    {
        var end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        writer.Write(_mark);
        lock (_gate)
        {
            // Counted: marks of waits that were given up arrive before this one.
            _written++;
            while (!_closed && _arrived < _written && end - Environment.TickCount64 is > 0 and var left)
                Monitor.Wait(_gate, (int)left);
        }
    }

    public void Dispose()
    {
        writer.Dispose();
        reader.Dispose();
    }

    private void Read()
    {
        var buffer = new byte[1 << 16];
        var kept = 0;
        int count;
        while ((count = ReadSome(buffer.AsSpan(kept))) > 0)
            kept = Take(buffer, kept + count);

        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private int ReadSome(Span<byte> buffer)
    {
        try
        {
            return reader.Read(buffer);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Closed while it waited.
            return 0;
        }
    }

    /// <summary>Hands on what is whole.</summary>
    /// <returns>How many bytes stay at the buffer's start: the beginning of what may become a mark.</returns>
    private int Take(byte[] buffer, int length)
    {
        var rest = buffer.AsSpan(0, length);
        int at;
        while ((at = rest.IndexOf(_mark)) >= 0)
        {
            Send(rest[..at]);
            rest = rest[(at + _mark.Length)..];
            lock (_gate)
            {
                _arrived++;
                Monitor.PulseAll(_gate);
            }
        }

        var kept = Math.Min(rest.Length, _mark.Length - 1);
        while (!rest[^kept..].SequenceEqual(_mark.AsSpan(0, kept)))
            kept--;

        Send(rest[..^kept]);
        rest[^kept..].CopyTo(buffer);
        return kept;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;

        copy?.Write(bytes);
        var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _decoder.GetChars(bytes, characters, flush: false);
        if (characters.Length > 0)
            _received(new string(characters));
    }
}
