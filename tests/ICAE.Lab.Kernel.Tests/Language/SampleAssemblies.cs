using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>Two assemblies, one of which needs the other.</summary>
internal static class SampleAssemblies
{
    public static void Write(string folder)
    {
        var lower = Emit(folder, "Lower", "namespace Lower; public static class Cellar { public static int Value => 41; }", []);
        Emit(folder, "Upper", "namespace Upper; public class Door { public int Value() => Lower.Cellar.Value + 1; }", [lower]);
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
