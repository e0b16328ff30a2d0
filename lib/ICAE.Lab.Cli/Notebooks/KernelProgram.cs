using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Cli.Notebooks;

/// <summary>The C# kernel that comes with this program.</summary>
internal static class KernelProgram
{
    /// <summary>Who installed a kernel spec, as its metadata says.</summary>
    public const string Origin = "ICAE.Lab";

    private const string FileName = "icae-kernel.dll";
    private const string FolderName = "kernel";

    /// <summary>The folder that it is in; <see langword="null"/> if it is not there.</summary>
    public static string? Folder() => Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, FileName)));

    /// <summary>The spec of the kernel in a folder.</summary>
    /// <param name="folder">A folder with the program.</param>
    /// <returns>The spec; nothing is written.</returns>
    public static KernelSpec Spec(string folder) => new()
    {
        Arguments = [DotnetPath(), Path.Combine(folder, FileName), "{connection_file}"],
        DisplayName = ".NET (C#)",
        Language = "C#",
        InterruptMode = InterruptMode.Message,
        Metadata = new JsonObject { ["origin"] = Origin, ["version"] = ProductVersion.Text },
    };

    /// <summary>Logos for front ends, by the names that they look for.</summary>
    public static IReadOnlyDictionary<string, byte[]> Logos() =>
        ((string[])["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]).ToDictionary(name => name, Resource);

    // Tests and other hosts run from elsewhere in the clone than the program.
    private static IEnumerable<string> Candidates()
    {
        yield return Path.Combine(AppContext.BaseDirectory, FolderName);
        if (Repository.Root() is not { } root)
            yield break;

        foreach (var configuration in (string[])["Release", "Debug"])
            yield return Path.Combine(root, "lib", "ICAE.Lab.Cli", "bin", configuration, $"net{Environment.Version.Major}.0", FolderName);
    }

    /// <summary>The program that runs this one, by its whole path: a front end may start kernels with another search path.</summary>
    private static string DotnetPath()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var path = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(path) ? path : name;
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(KernelProgram).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The program does not carry {name}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
