using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// What cells are compiled against: the framework, the formatters, and what the notebook has referenced so far. Each file's metadata is read
/// once and shared by all compilations.
/// </summary>
internal sealed class SessionReferences
{
    private static readonly string[] HostAssemblies = ["Microsoft.DotNet.Interactive.Formatting", "Microsoft.AspNetCore.Html.Abstractions"];
    private readonly Dictionary<string, PortableExecutableReference> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pathByName = new(StringComparer.OrdinalIgnoreCase);

    public SessionReferences()
    {
        foreach (var path in HostFiles())
            AddFile(path);

        All = [.. _byPath.Values];
    }

    /// <summary>All references.</summary>
    public ImmutableArray<MetadataReference> All { get; private set; }

    /// <summary>The files behind them, by the simple name of the assembly.</summary>
    public IReadOnlyDictionary<string, string> PathByName => _pathByName;

    /// <summary>Adds an assembly with those that it needs and that lie beside it. A name that is there already stays with its first file.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <exception cref="CellErrorException">The file is no .NET assembly.</exception>
    public void Add(string path)
    {
        var open = new Stack<string>([Path.GetFullPath(path)]);
        while (open.TryPop(out var next))
        {
            if (_byPath.ContainsKey(next))
                continue;

            // Read before it is kept: what is no assembly must not spoil the cells to come.
            var names = Needed(next);
            if (!AddFile(next))
                continue;

            AssemblyBinder.Add(next);
            foreach (var needed in names.Select(name => Path.Combine(Path.GetDirectoryName(next)!, name + ".dll")).Where(File.Exists))
                open.Push(needed);
        }

        All = [.. _byPath.Values];
    }

    private static IEnumerable<string> HostFiles() =>
        [.. FrameworkFiles(), typeof(SessionReferences).Assembly.Location, .. HostAssemblies.Select(name => System.Reflection.Assembly.Load(name).Location)];

    private static IEnumerable<string> FrameworkFiles()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        return trusted.Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == framework);
    }

    private bool AddFile(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        if (!_pathByName.TryAdd(name, path))
            return false;

        try
        {
            _byPath[path] = MetadataReference.CreateFromFile(path, MetadataReferenceProperties.Assembly);
            return true;
        }
        catch (IOException error)
        {
            _pathByName.Remove(name);
            throw new CellErrorException($"#r \"{path}\": the file cannot be read: {error.Message}", error);
        }
    }

    private static IReadOnlyList<string> Needed(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var file = new PEReader(stream);
            if (!file.HasMetadata)
                throw new CellErrorException($"#r \"{path}\": the file is no .NET assembly.");

            var metadata = file.GetMetadataReader();
            return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
        }
        catch (Exception error) when (error is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CellErrorException($"#r \"{path}\": the file cannot be read as a .NET assembly: {error.Message}", error);
        }
    }
}
