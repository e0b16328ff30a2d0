using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Binds at run time what a notebook has referenced, all into the default context, so that there is one copy of each assembly, whatever
/// version its users ask for. Native libraries are looked for beside the assemblies and where packages keep theirs.
/// </summary>
internal static class AssemblyBinder
{
    private static readonly ConcurrentDictionary<string, string> PathByName = new(StringComparer.OrdinalIgnoreCase);
    private static readonly ConcurrentDictionary<string, Assembly> Cells = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, byte> NativeFolders = new(StringComparer.Ordinal);
    private static readonly Lazy<bool> Installed = new(Install);

    /// <summary>Makes an assembly, and the native libraries around it, known.</summary>
    /// <param name="path">The assembly's file.</param>
    public static void Add(string path)
    {
        _ = Installed.Value;
        PathByName.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        var folder = Path.GetDirectoryName(path)!;
        AddNativeFolder(folder);
        foreach (var runtime in RuntimeIdentifiers())
            AddNativeFolder(Path.Combine(folder, "runtimes", runtime, "native"));
    }

    /// <summary>Makes a folder of native libraries known.</summary>
    public static void AddNativeFolder(string folder)
    {
        _ = Installed.Value;
        NativeFolders.TryAdd(folder, 0);
    }

    /// <summary>Loads a compiled cell.</summary>
    public static Assembly LoadCell(Stream assembly, Stream symbols)
    {
        _ = Installed.Value;
        var loaded = AssemblyLoadContext.Default.LoadFromStream(assembly, symbols);
        Cells[loaded.GetName().Name!] = loaded;
        return loaded;
    }

    /// <summary>System and processor as packages name them, such as <c>linux-x64</c>.</summary>
    public static string PortableIdentifier => $"{System}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static string System => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>The names under which packages keep files for this system, the nearest first.</summary>
    public static IEnumerable<string> RuntimeIdentifiers() => new[] { RuntimeInformation.RuntimeIdentifier, PortableIdentifier, System }.Distinct();

    private static bool Install()
    {
        AssemblyLoadContext.Default.Resolving += Resolve;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += ResolveNative;
        return true;
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        if (name.Name is not { } simple)
            return null;

        if (Cells.TryGetValue(simple, out var cell))
            return cell;

        return PathByName.TryGetValue(simple, out var path) && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }

    private static nint ResolveNative(Assembly assembly, string name)
    {
        foreach (var path in NativeFolders.Keys.SelectMany(folder => FileNames(name).Select(file => Path.Combine(folder, file))).Where(File.Exists))
        {
            if (NativeLibrary.TryLoad(path, out var handle))
                return handle;
        }

        return 0;
    }

    private static IEnumerable<string> FileNames(string name)
    {
        var (prefix, suffix) = OperatingSystem.IsWindows() ? ("", ".dll") : ("lib", OperatingSystem.IsMacOS() ? ".dylib" : ".so");
        return [name, name + suffix, prefix + name, prefix + name + suffix];
    }
}
