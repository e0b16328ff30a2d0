namespace ICAE.Lab.Cli;

/// <summary>The clone that the program or the current folder is in.</summary>
internal static class Repository
{
    /// <summary>Its top folder; <see langword="null"/> where there is none.</summary>
    public static string? Root()
    {
        foreach (var start in (string[])[AppContext.BaseDirectory, Directory.GetCurrentDirectory()])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "ICAE.Lab.sln")))
                    return folder.FullName;
            }
        }

        return null;
    }
}
