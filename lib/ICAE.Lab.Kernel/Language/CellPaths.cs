namespace ICAE.Lab.Kernel.Language;

/// <summary>Paths in directives are relative to the file they stand in; those of a cell to the kernel's folder, which is the notebook's.</summary>
internal static class CellPaths
{
    /// <summary>The notebook's folder: that in which the kernel was started, wherever cells go afterwards.</summary>
    public static string NotebookFolder { get; set; } = Directory.GetCurrentDirectory();

    public static string Resolve(string path, string? file)
    {
        var folder = file is not null && Path.IsPathRooted(file) ? Path.GetDirectoryName(file)! : NotebookFolder;
        return Path.GetFullPath(path, folder);
    }
}
