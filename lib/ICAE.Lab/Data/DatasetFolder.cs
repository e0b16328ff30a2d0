namespace ICAE.Lab.Data;

/// <summary>
/// Finds the repository's datasets/ folder: the folder that the variable ICAE_DATASETS names, else the nearest one above the program, else the nearest
/// above the current folder.
/// </summary>
public static class DatasetFolder
{
    /// <summary>The variable that names the folder.</summary>
    public const string Variable = "ICAE_DATASETS";

    /// <summary>Finds a data set.</summary>
    /// <param name="name">Its name: that of its folder in datasets/.</param>
    /// <returns>Its folder.</returns>
    /// <exception cref="IcaeException">It is in none of these places; the message names them.</exception>
    public static string Find(string name) =>
        Find(name, Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory, Directory.GetCurrentDirectory());

    internal static string Find(string name, string? named, params string[] starts)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!string.IsNullOrEmpty(named))
        {
            var folder = Path.Combine(named, name);
            if (Directory.Exists(folder))
                return folder;
            throw new IcaeException($"{folder}: there is no such data set, though {Variable} names {named} as the folder of data sets.");
        }
        foreach (var start in starts)
        {
            for (var above = new DirectoryInfo(start); above is not null; above = above.Parent)
            {
                var folder = Path.Combine(above.FullName, "datasets", name);
                if (Directory.Exists(folder))
                    return folder;
            }
        }
        throw new IcaeException(
            $"The data set datasets/{name} is neither above {string.Join(" nor above ", starts.Distinct())}; set {Variable} to the folder datasets of a clone.");
    }
}
