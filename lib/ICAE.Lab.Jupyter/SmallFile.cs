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

        if (!JsonFrame.TryParse(ByteOrderMark.Skip(bytes.AsMemory()), MaxDepth, out var json, out var fault))
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
        try
        {
            FileReplacement.Write(path, stream => stream.Write(bytes), secret);
        }
        catch (Exception error) when (FileReplacement.IsRefusal(error))
        {
            throw new JupyterException($"{path}: the file cannot be written: {error.Message}", error);
        }
    }
}
