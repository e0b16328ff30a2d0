using System.Security.Cryptography;
using System.Text;
using ICAE.Lab.Models;

namespace ICAE.Lab.Cli.Notebooks;

/// <summary>
/// Copies of the kernel from which front ends start it: a build, or a clone that is deleted, does not take the program away from a notebook
/// that runs. Each content has a folder of its own, so that a copy in use is never changed.
/// </summary>
internal static class KernelCopies
{
    /// <summary>Where copies for the user are.</summary>
    public static string UserFolder => Path.Combine(Path.GetDirectoryName(ModelStore.UserFolder)!, "kernel");

    /// <summary>Where copies below a prefix are.</summary>
    public static string OfPrefix(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "icae-lab", "kernel");

    /// <summary>Makes a copy, unless there is one of the same content.</summary>
    /// <param name="program">The folder of the kernel.</param>
    /// <param name="copies">The folder of copies; made if need be.</param>
    /// <returns>The copy's folder.</returns>
    /// <exception cref="IcaeException">It cannot be written.</exception>
    public static string Add(string program, string copies)
    {
        var copy = Path.Combine(copies, $"{ProductVersion.Text}-{ContentHash(program)}");
        if (Directory.Exists(copy))
            return copy;

        var prepared = $"{copy}.{Guid.NewGuid():N}.tmp";
        try
        {
            foreach (var file in Files(program))
            {
                var target = Path.Combine(prepared, file);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(program, file), target);
            }

            Directory.Move(prepared, copy);
            return copy;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(prepared))
                Directory.Delete(prepared, recursive: true);

            // Another process was faster; what has this name has this content.
            if (Directory.Exists(copy))
                return copy;

            throw new IcaeException($"{copy}: the kernel cannot be copied: {error.Message}", error);
        }
    }

    /// <summary>Removes all copies.</summary>
    /// <param name="copies">The folder of copies.</param>
    /// <exception cref="IcaeException">They cannot be removed.</exception>
    public static void Remove(string copies)
    {
        try
        {
            if (Directory.Exists(copies))
                Directory.Delete(copies, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IcaeException($"{copies}: the copies of the kernel cannot be removed: {error.Message}", error);
        }
    }

    private static string ContentHash(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(folder))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file))));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);
}
