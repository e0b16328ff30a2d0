using System.Text.Json;

namespace ICAE.Lab.Kernel.Language;

/// <summary>What packages bring for this system.</summary>
/// <param name="Assemblies">Paths of assemblies.</param>
/// <param name="NativeFolders">Folders of native libraries.</param>
internal sealed record PackageAssets(IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeFolders)
{
    /// <summary>Reads what a restore has found.</summary>
    /// <param name="path">The file <c>project.assets.json</c>.</param>
    /// <returns>The assets, or <see langword="null"/> if the file is not there, or one that it names is not.</returns>
    public static PackageAssets? TryRead(string path)
    {
        if (!File.Exists(path))
            return null;

        using var stream = File.OpenRead(path);
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var folders = root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var libraries = root.GetProperty("libraries");

        // The target with a runtime identifier lists what is for this system; it comes last.
        var packages = root.GetProperty("targets").EnumerateObject().Last().Value.EnumerateObject().ToList();
        var assemblies = packages.SelectMany(package => Files(package, libraries, folders, "runtime")).ToList();
        var natives = packages.SelectMany(package => Files(package, libraries, folders, "native")).ToList();
        return assemblies.Concat(natives).All(File.Exists)
            ? new PackageAssets(assemblies, [.. natives.Select(file => Path.GetDirectoryName(file)!).Distinct()])
            : null;
    }

    private static IEnumerable<string> Files(JsonProperty package, JsonElement libraries, List<string> folders, string kind)
    {
        if (!package.Value.TryGetProperty(kind, out var files) || !libraries.GetProperty(package.Name).TryGetProperty("path", out var place))
            yield break;

        foreach (var file in files.EnumerateObject().Where(file => !file.Name.EndsWith("_._", StringComparison.Ordinal)))
        {
            var candidates = folders.Select(folder => Path.Combine(folder, place.GetString()!, file.Name.Replace('/', Path.DirectorySeparatorChar))).ToList();
            yield return candidates.FirstOrDefault(File.Exists, candidates[0]);
        }
    }
}
