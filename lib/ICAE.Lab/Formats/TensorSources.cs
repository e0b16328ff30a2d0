namespace ICAE.Lab.Formats;

/// <summary>Finds out what a file or folder holds and opens it.</summary>
public static class TensorSources
{
    /// <summary>Opens a safetensors file, the index of several, a GGUF file, or the folder that holds one of them.</summary>
    /// <param name="path">The file or folder.</param>
    /// <returns>The tensors under the names that the file gives them.</returns>
    /// <exception cref="MalformedFileException">There is no such thing, it is unsound, of another kind, or a pickle (which could run code).</exception>
    public static ITensorSource Open(string path)
    {
        var file = Locate(path);
        return KindOf(file) switch
        {
            ModelFileKind.Safetensors => SafetensorsFile.Open(file),
            ModelFileKind.SafetensorsIndex => ShardedSafetensors.Open(file),
            ModelFileKind.Gguf => GgufFile.Open(file),
            _ => throw Unknown(file),
        };
    }

    /// <summary>Finds the file with a model's weights.</summary>
    /// <param name="path">That file itself, or the folder with it.</param>
    /// <returns>
    /// In a folder <c>model.safetensors</c>, else <c>model.safetensors.index.json</c>, else the one safetensors file, index or GGUF file there is.
    /// </returns>
    /// <exception cref="MalformedFileException">There is none, there are several, or only pickles.</exception>
    public static string Locate(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            FileChecks.RequireContent(path);
            return path;
        }

        foreach (var usual in (string[])["model.safetensors", "model.safetensors.index.json"])
        {
            var candidate = Path.Combine(path, usual);
            if (File.Exists(candidate))
                return candidate;
        }

        foreach (var pattern in (string[])["*.safetensors.index.json", "*.safetensors", "*.gguf"])
        {
            var found = Directory.GetFiles(path, pattern);
            Array.Sort(found, StringComparer.Ordinal);
            if (found.Length == 1)
                return found[0];

            if (found.Length > 1)
            {
                throw new MalformedFileException(
                    path, "", $"the folder holds {found.Length} files {pattern} ({Path.GetFileName(found[0])}, {Path.GetFileName(found[1])}, ...); name the one that is meant");
            }
        }

        var pickle = Directory.EnumerateFiles(path).Where(Pickles.HasPickleName).Order(StringComparer.Ordinal).FirstOrDefault();
        throw pickle is null
            ? new MalformedFileException(path, "", "the folder holds no weights (no safetensors file, index or GGUF file)")
            : Pickles.Refusal(pickle);
    }

    /// <summary>What a file is, by its content, or by its name where that is JSON.</summary>
    internal static ModelFileKind KindOf(string path)
    {
        FileChecks.RequireContent(path);
        var start = ReadStart(path);
        if (start.AsSpan().StartsWith("GGUF"u8))
            return ModelFileKind.Gguf;

        if (Pickles.LooksLikeSafetensors(start))
            return ModelFileKind.Safetensors;

        Pickles.RefuseByName(path);
        Pickles.RefuseByContent(path, start);
        if (path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase))
            return ModelFileKind.SafetensorsIndex;

        // By their names these are what they should be; their readers say what is wrong with them.
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".SAFETENSORS" => ModelFileKind.Safetensors,
            ".GGUF" => ModelFileKind.Gguf,
            ".JSON" => ModelFileKind.Json,
            ".MODEL" => ModelFileKind.SentencePiece,
            _ => ModelFileKind.Unknown,
        };
    }

    internal static MalformedFileException Unknown(string path) =>
        new(path, "", "this is neither a safetensors file, nor the index of several, nor a GGUF file");

    private static byte[] ReadStart(string path)
    {
        const int Enough = 512;
        try
        {
            using var handle = File.OpenHandle(path);
            var start = new byte[Enough];
            var length = RandomAccess.Read(handle, start, 0);
            return start[..length];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileChecks.Unreadable(path, error);
        }
    }
}
