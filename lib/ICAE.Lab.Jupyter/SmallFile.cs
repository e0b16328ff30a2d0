using System.Text;
using System.Text.Json.Nodes;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Jupyter;

/// <summary>Text files: small JSON ones read within bounds, any written beside and renamed.</summary>
internal static class SmallFile
{
    private const int MaxBytes = 1 << 20;
    private const int MaxDepth = 32;

    public static JsonObject Read(string path, string what)
    {
        byte[] bytes;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
                throw new JupyterException($"{path}: {what} has {file.Length} bytes; at most {MaxBytes} are allowed.");

            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new JupyterException($"{path}: {what} cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        if (!JsonFrame.TryParse(text, MaxDepth, out var json, out var fault))
            throw new JupyterException($"{path}: {what} is malformed: {fault}");

        return json;
    }

    /// <summary>Writes a file: the old one or the new one is there, never a mixture. What a link leads to is replaced, not the link, and keeps its permissions; a device is written to as it stands.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <param name="secret">Whether only the user may read it; on Windows that follows from the folder.</param>
    /// <exception cref="JupyterException">The file cannot be written.</exception>
    public static void Write(string path, string text, bool secret)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var target = FinalPath.Of(path) ?? Path.GetFullPath(path);
        try
        {
            if (FinalPath.IsDevice(target))
            {
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                device.Write(bytes);
                return;
            }

            Replace(target, bytes, secret);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JupyterException($"{path}: the file cannot be written: {error.Message}", error);
        }
    }

    private static void Replace(string target, byte[] bytes, bool secret)
    {
        var temporary = target + "." + Guid.NewGuid().ToString("N") + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (secret && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            if (!secret && !OperatingSystem.IsWindows() && File.Exists(target) && File.GetUnixFileMode(target) is var mode && mode != File.GetUnixFileMode(temporary))
                File.SetUnixFileMode(temporary, mode);

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that led here is what the caller should see.
        }
    }
}
