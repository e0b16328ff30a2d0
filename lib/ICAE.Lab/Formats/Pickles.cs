using System.Buffers.Binary;

namespace ICAE.Lab.Formats;

/// <summary>Recognises Python pickles, so that they can be refused: to read one is to run the program in it.</summary>
internal static class Pickles
{
    private const string Reason =
        "this is a pickle, as torch.save writes it; reading a pickle can run any code that its author put in it, so it is refused. Convert it to safetensors first";

    private static readonly string[] Extensions = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"];

    /// <summary>Whether a file's name is one that pickled weights go by.</summary>
    public static bool HasPickleName(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses a file by its name.</summary>
    public static void RefuseByName(string path)
    {
        if (HasPickleName(path))
            throw Refusal(path);
    }

    /// <summary>Refuses a file by its first bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">Its first bytes, some hundred if it has them.</param>
    public static void RefuseByContent(string path, ReadOnlySpan<byte> start)
    {
        // 0x80 and a protocol number open a pickle, but also a safetensors file whose header has 640 bytes, say; that one goes on with '{'.
        if (start.Length >= 2 && start[0] == 0x80 && start[1] is >= 1 and <= 5 && !LooksLikeSafetensors(start))
            throw Refusal(path);

        if (!start.StartsWith("PK\u0003\u0004"u8))
            return;

        if (start.IndexOf("data.pkl"u8) >= 0)
            throw Refusal(path);

        throw new MalformedFileException(path, "byte 0", "this is a zip archive; unpack it first, or, if torch.save wrote it, convert it to safetensors (reading a pickle can run any code in it)");
    }

    /// <summary>Whether the first bytes could be those of a safetensors file.</summary>
    public static bool LooksLikeSafetensors(ReadOnlySpan<byte> start) =>
        start.Length > 8 && start[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= 1UL << 32;

    /// <summary>The error that refuses a pickle.</summary>
    public static MalformedFileException Refusal(string path) => new(path, "", Reason);
}
