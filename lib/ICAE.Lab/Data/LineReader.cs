using System.Text;
using System.Text.Unicode;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Data;

/// <summary>
/// Reads a UTF-8 file line by line, as a stream: memory stays at one line, a line has a largest length, and bytes that are not UTF-8 are refused with
/// line and byte. A byte order mark is skipped; lines end with LF or CR LF.
/// </summary>
internal static class LineReader
{
    /// <summary>The longest line that is read unless the caller says otherwise: 16 MiB.</summary>
    public const int DefaultLongestLine = 1 << 24;

    /// <summary>Reads the lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longestLine">The longest line in bytes.</param>
    /// <returns>Each line's number from 1 and its bytes, which are valid until the next line is asked for.</returns>
    /// <exception cref="IcaeException">The file cannot be opened.</exception>
    /// <exception cref="MalformedFileException">A line is too long or not UTF-8.</exception>
    public static IEnumerable<(long Number, ReadOnlyMemory<byte> Utf8)> Read(string path, int longestLine = DefaultLongestLine)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = Open(path);
        var buffer = new byte[Math.Min(1 << 16, longestLine + 2L)];
        var (start, end, number) = (0, 0, 0L);
        var searched = 0;
        while (true)
        {
            var feed = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                var stop = searched + feed;
                yield return Line(path, ++number, buffer.AsMemory(start, stop - start), longestLine);
                start = searched = stop + 1;
                continue;
            }
            if (end - start > longestLine + 1L)
                throw TooLong(path, number + 1, longestLine);
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
            else if (end == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, longestLine + 2L));
            }
            searched = end;
            var read = file.Read(buffer, end, buffer.Length - end);
            if (read == 0)
                break;
            end += read;
        }
        if (end > start)
            yield return Line(path, ++number, buffer.AsMemory(start, end - start), longestLine);
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{path}: the file cannot be opened: {error.Message}", error);
        }
    }

    private static (long, ReadOnlyMemory<byte>) Line(string path, long number, ReadOnlyMemory<byte> line, int longestLine)
    {
        if (number == 1)
            line = ByteOrderMark.Skip(line);
        if (line.Span.EndsWith("\r"u8))
            line = line[..^1];
        if (line.Length > longestLine)
            throw TooLong(path, number, longestLine);
        if (!Utf8.IsValid(line.Span))
            throw new MalformedFileException(path, $"line {number}, byte {FirstInvalid(line.Span) + 1}", "not valid UTF-8");
        return (number, line);
    }

    private static MalformedFileException TooLong(string path, long number, int longestLine) =>
        new(path, $"line {number}", $"the line is longer than {longestLine} bytes");

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return at;
    }
}
