using System.IO.Compression;
using ICAE.Lab.Kernel.Language;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>Two assemblies, one of which needs the other.</summary>
internal static class SampleAssemblies
{
    public static void Write(string folder) => Write(folder, "Lower", "Upper");

    /// <summary>Writes them as packages, of which the upper one depends on the lower.</summary>
    /// <param name="folder">The folder for both packages.</param>
    /// <param name="lower">The name of the lower package, assembly and namespace.</param>
    /// <param name="upper">The name of the upper one.</param>
    /// <param name="version">The version of both.</param>
    public static void Pack(string folder, string lower, string upper, string version)
    {
        using var assemblies = new TemporaryFolder();
        Write(assemblies.Path, lower, upper);
        Zip(folder, assemblies.File(lower + ".dll"), version, "");
        Zip(folder, assemblies.File(upper + ".dll"), version, $"""<group targetFramework="net10.0"><dependency id="{lower}" version="{version}" /></group>""");
    }

    private static void Write(string folder, string lower, string upper)
    {
        var path = Emit(folder, lower, $"namespace {lower}; public static class Cellar {{ public static int Value => 41; }}", []);
        Emit(folder, upper, $"namespace {upper}; public class Door {{ public int Value() => {lower}.Cellar.Value + 1; }}", [path]);
    }

    private static void Zip(string folder, string assembly, string version, string dependencies)
    {
        var name = Path.GetFileNameWithoutExtension(assembly);
        using var archive = ZipFile.Open(Path.Combine(folder, $"{name}.{version}.nupkg"), ZipArchiveMode.Create);
        archive.CreateEntryFromFile(assembly, $"lib/net10.0/{name}.dll");

        // Not a library, but where a package keeps one.
        using (var native = new StreamWriter(archive.CreateEntry($"runtimes/{AssemblyBinder.PortableIdentifier}/native/{name}-native.bin").Open()))
            native.Write("native");

        using var manifest = new StreamWriter(archive.CreateEntry($"{name}.nuspec").Open());
        manifest.Write($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{name}</id><version>{version}</version><authors>tests</authors><description>A sample.</description>
                <dependencies>{dependencies}</dependencies>
              </metadata>
            </package>
            """);
    }

    private static string Emit(string folder, string name, string code, string[] references)
    {
        var path = Path.Combine(folder, name + ".dll");
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(code)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), .. references.Select(file => MetadataReference.CreateFromFile(file))],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.True(compilation.Emit(path).Success);
        return path;
    }
}
