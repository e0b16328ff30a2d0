namespace ICAE.Lab.Notebooks.Html;

/// <summary>Pictures beside a notebook, which become part of its page.</summary>
internal static class EmbeddedPicture
{
    private const int MaxBytes = 20 << 20;

    /// <summary>A picture as a <c>data:</c> address.</summary>
    /// <param name="folder">The notebook's folder; only what lies in it or below is read.</param>
    /// <param name="address">A relative address.</param>
    /// <returns>The address, or <see langword="null"/> if there is no such picture.</returns>
    public static string? Read(string? folder, string address)
    {
        if (folder is null || address.Contains(':', StringComparison.Ordinal) || address.StartsWith('/') || Type(address) is not { } type)
            return null;

        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, Uri.UnescapeDataString(address)));
        if (!path.StartsWith(root, StringComparison.Ordinal))
            return null;

        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= MaxBytes && file.LinkTarget is null ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Type(string address) => Path.GetExtension(address).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".svg" => "image/svg+xml",
        _ => null,
    };
}
