namespace ICAE.Lab.Formats;

/// <summary>Checks and messages that every reader shares.</summary>
internal static class FileChecks
{
    /// <summary>Refuses what is missing, a folder, or empty (devices and pipes, which have no length, included) before it is opened.</summary>
    public static void RequireContent(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new MalformedFileException(path, "", "this is a folder, not a file");

        if (!File.Exists(path))
            throw new MalformedFileException(path, "", "there is no such file");

        if (LengthOf(path) == 0)
            throw new MalformedFileException(path, "", "the file is empty");
    }

    /// <summary>A file's length in bytes; of a link to a file, that of the file, where the runtime gives the link's own.</summary>
    public static long LengthOf(string path) => new FileInfo(FinalPath.Of(path) ?? path).Length;

    /// <summary>Whether a file could not be opened because another process has it.</summary>
    public static bool IsHeld(IOException error)
    {
        const int WouldBlockOnLinux = 11;
        const int WouldBlockOnMac = 35;
        const int SharingViolation = unchecked((int)0x80070020);
        return error.HResult is WouldBlockOnLinux or WouldBlockOnMac or SharingViolation;
    }

    /// <summary>Reads a whole file of bounded size.</summary>
    /// <exception cref="MalformedFileException">It is missing, empty, longer than the limit, or may not be read.</exception>
    public static byte[] ReadBounded(string path, long maxBytes)
    {
        RequireContent(path);
        try
        {
            using var handle = File.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            if (length > maxBytes)
                throw new MalformedFileException(path, "", $"the file has {length} bytes; at most {maxBytes} are allowed for a file of this kind");

            var bytes = new byte[length];
            var done = 0;
            while (done < bytes.Length)
            {
                var read = RandomAccess.Read(handle, bytes.AsSpan(done), done);
                if (read == 0)
                    throw new MalformedFileException(path, $"byte {done}", "the file became shorter while it was read");

                done += read;
            }

            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, error);
        }
    }

    /// <summary>The error for a file that the operating system does not let us read.</summary>
    public static MalformedFileException Unreadable(string path, Exception error) =>
        new(path, "", $"the file cannot be read ({error.Message})", error);

    /// <summary>Product of sizes and one more factor above 0, or <see langword="null"/> where it does not fit into 63 bits.</summary>
    public static long? Product(ReadOnlySpan<long> sizes, int times = 1)
    {
        // A zero anywhere makes the product zero, whatever the others would overflow to; libtorch still multiplies them, so that counts as overflow.
        long product = times;
        var empty = false;
        foreach (var size in sizes)
        {
            empty |= size == 0;
            var factor = Math.Max(size, 1);
            if (product > long.MaxValue / factor)
                return null;

            product *= factor;
        }

        return empty ? 0 : product;
    }

    /// <summary>A name from a file as it may stand in a message: short and without control characters.</summary>
    public static string Quote(string name)
    {
        const int MaxShown = 80;
        var shown = name.Length > MaxShown ? string.Concat(name.AsSpan(0, MaxShown), "…") : name;
        return $"'{ReplaceControls(shown, '\uFFFD')}'";
    }

    /// <summary>A text from a file with each control character replaced, so that it cannot speak to a terminal.</summary>
    public static string ReplaceControls(string text, char replacement) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? replacement : c)) : text;
}
