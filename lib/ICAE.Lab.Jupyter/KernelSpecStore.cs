using System.Text.RegularExpressions;

namespace ICAE.Lab.Jupyter;

/// <summary>The kernel specs in Jupyter's data folders.</summary>
public sealed partial class KernelSpecStore
{
    private readonly IReadOnlyList<string> _dataFolders;

    /// <summary>Creates a store.</summary>
    /// <param name="dataFolders">Jupyter's data folders, earlier ones first; <see langword="null"/> for those of this machine.</param>
    public KernelSpecStore(IReadOnlyList<string>? dataFolders = null) => _dataFolders = dataFolders ?? JupyterFolders.All;

    /// <summary>The installed specs by name; of one name in several folders, the first. Those that cannot be used are among them.</summary>
    /// <returns>The specs, ordered by name.</returns>
    public IReadOnlyList<InstalledKernel> List()
    {
        var found = new SortedDictionary<string, InstalledKernel>(StringComparer.OrdinalIgnoreCase);
        foreach (var folder in _dataFolders.Select(KernelsFolder).Where(Directory.Exists))
        {
            foreach (var kernel in Directory.EnumerateDirectories(folder).Where(IsSpec))
                found.TryAdd(Path.GetFileName(kernel), Load(kernel));
        }

        return [.. found.Values];
    }

    /// <summary>Finds a spec.</summary>
    /// <param name="name">Its name; upper and lower case are the same.</param>
    /// <returns>The spec, or <see langword="null"/> if none of that name is installed.</returns>
    /// <exception cref="JupyterException">The spec of that name is malformed.</exception>
    public KernelSpec? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var kernel = List().FirstOrDefault(kernel => kernel.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return kernel is null ? null : kernel.Spec ?? throw new JupyterException(kernel.Fault!);
    }

    /// <summary>Installs a spec. One that is there already is replaced as a whole, or not at all.</summary>
    /// <param name="name">Its name: letters, digits, <c>. _ -</c>.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="resources">Other files for its folder, by name: logos.</param>
    /// <param name="dataFolder">The data folder, as <see cref="JupyterFolders.User"/>; it is made if need be.</param>
    /// <param name="force">Whether to replace a spec of that name that somebody else installed (<see cref="KernelSpec.Origin"/>).</param>
    /// <returns>The spec's folder.</returns>
    /// <exception cref="JupyterException">The name is not possible, another's spec is there, or the folder cannot be written.</exception>
    public static string Install(string name, KernelSpec spec, IReadOnlyDictionary<string, byte[]> resources, string dataFolder, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(resources);
        var folder = SpecFolder(name, dataFolder);
        if (!force && Directory.Exists(folder) && (spec.Origin is null || Load(folder).Spec?.Origin != spec.Origin))
            throw new JupyterException($"{folder}: another kernel is installed under the name {name}; it is replaced only by force.");

        var prepared = $"{folder}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(prepared);
            spec.Write(prepared);
            foreach (var (file, bytes) in resources)
                File.WriteAllBytes(Path.Combine(prepared, Path.GetFileName(file)), bytes);

            Replace(prepared, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JupyterException)
        {
            TryDelete(prepared);
            throw new JupyterException($"{folder}: the kernel spec cannot be installed: {error.Message}", error);
        }

        return folder;
    }

    /// <summary>Removes a spec.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dataFolder">The data folder it is in.</param>
    /// <param name="origin">Who installed it.</param>
    /// <param name="force">Whether to remove it though somebody else installed it.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="JupyterException">It is another's, or cannot be removed.</exception>
    public static bool Uninstall(string name, string dataFolder, string origin, bool force = false)
    {
        var folder = SpecFolder(name, dataFolder);
        if (!Directory.Exists(folder))
            return false;

        if (!force && Load(folder).Spec?.Origin != origin)
            throw new JupyterException($"{folder}: another kernel is installed under the name {name}; it is removed only by force.");

        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JupyterException($"{folder}: the kernel spec cannot be removed: {error.Message}", error);
        }
    }

    private static string SpecFolder(string name, string dataFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        if (!PossibleName().IsMatch(name))
            throw new JupyterException($"\"{name}\" cannot be a kernel's name: only letters, digits and . _ - are allowed.");

        return Path.Combine(KernelsFolder(Path.GetFullPath(dataFolder)), name);
    }

    private static void Replace(string prepared, string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.Move(prepared, folder);
            return;
        }

        var old = $"{folder}.{Guid.NewGuid():N}.tmp";
        Directory.Move(folder, old);
        try
        {
            Directory.Move(prepared, folder);
        }
        catch
        {
            Directory.Move(old, folder);
            throw;
        }

        TryDelete(old);
    }

    private static void TryDelete(string folder)
    {
        try
        {
            if (!Directory.Exists(folder))
                return;

            // First what makes it a kernel to Jupyter, in case the rest cannot be deleted.
            File.Delete(Path.Combine(folder, KernelSpec.FileName));
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What happened before is what the caller should see.
        }
    }

    private static InstalledKernel Load(string folder)
    {
        try
        {
            return new InstalledKernel(Path.GetFileName(folder), folder, KernelSpec.Read(folder), null);
        }
        catch (JupyterException error)
        {
            return new InstalledKernel(Path.GetFileName(folder), folder, null, error.Message);
        }
    }

    private static bool IsSpec(string folder) =>
        PossibleName().IsMatch(Path.GetFileName(folder)) && !folder.EndsWith(".tmp", StringComparison.Ordinal) && File.Exists(Path.Combine(folder, KernelSpec.FileName));

    private static string KernelsFolder(string dataFolder) => Path.Combine(dataFolder, "kernels");

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex PossibleName();
}
