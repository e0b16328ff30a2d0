using System.Text;
using System.Text.Json.Nodes;

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

    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <param name="secret">Whether only the user may read it; on Windows that follows from the folder.</param>
    public static void Write(string path, string text, bool secret)
    {
        var temporary = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (secret && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new JupyterException($"{path}: the file cannot be written: {error.Message}", error);
        }
    }
}
