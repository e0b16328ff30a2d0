using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Finds what a cell, and the files that it loads, reference, before anything is compiled.</summary>
internal static partial class CodePreparation
{
    private const string PackagePrefix = "nuget:";

    /// <summary>Prepares a cell.</summary>
    /// <param name="code">Its C#.</param>
    /// <param name="sources">Takes the files that it loads.</param>
    /// <exception cref="CellErrorException">A file that is referenced or loaded is not there, or a reference is malformed.</exception>
    public static PreparedCode Prepare(string code, LoadedSources sources) => Prepare(code, file: null, sources, []);

    private static PreparedCode Prepare(string code, string? file, LoadedSources sources, HashSet<string> loaded)
    {
        var packageSources = PackageSource().Matches(code).Select(match => ResolveSource(match.Groups[1].Value.Trim(), file)).ToList();
        var text = PackageSource().Replace(code, match => new string(' ', match.Length));
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text, ScriptCompiler.ParseOptions).GetRoot();
        var assemblies = new List<string>();
        var packages = new List<PackageReference>();
        foreach (var directive in root.GetReferenceDirectives())
            AddReference(directive.File.ValueText, file, assemblies, packages);

        foreach (var path in root.GetLoadDirectives().Select(directive => CellPaths.Resolve(directive.File.ValueText, file)).Where(loaded.Add))
        {
            var prepared = Prepare(ReadLoaded(path), path, sources, loaded);
            sources.Add(path, prepared.Text);
            assemblies.AddRange(prepared.Assemblies);
            packages.AddRange(prepared.Packages);
            packageSources.AddRange(prepared.PackageSources);
        }

        return new PreparedCode(Without(text, root.GetReferenceDirectives().Select(directive => directive.Span)), assemblies, packages, packageSources);
    }

    private static string ResolveSource(string source, string? file) => source.Contains("://", StringComparison.Ordinal) ? source : CellPaths.Resolve(source, file);

    private static void AddReference(string reference, string? file, List<string> assemblies, List<PackageReference> packages)
    {
        if (reference.StartsWith(PackagePrefix, StringComparison.OrdinalIgnoreCase))
        {
            packages.Add(PackageReference.Parse(reference[PackagePrefix.Length..].Trim()));
            return;
        }

        var path = CellPaths.Resolve(reference, file);
        if (File.Exists(path))
        {
            assemblies.Add(path);
            return;
        }

        var name = Path.GetFileName(reference);
        var fileName = name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name : name + ".dll";
        var ofFramework = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, fileName);
        if (reference.Contains('/') || reference.Contains('\\') || !File.Exists(ofFramework))
            throw new CellErrorException($"#r \"{reference}\": there is no file {path}.");
    }

    private static string ReadLoaded(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CellErrorException($"#load \"{path}\": the file cannot be read: {error.Message}", error);
        }
    }

    private static string Without(string text, IEnumerable<TextSpan> spans)
    {
        var characters = text.ToCharArray();
        foreach (var span in spans)
        {
            for (var index = span.Start; index < span.End; index++)
                characters[index] = characters[index] is '\r' or '\n' ? characters[index] : ' ';
        }

        return new string(characters);
    }

    [GeneratedRegex(@"^[ \t]*#i[ \t]+""nuget:([^""\r\n]+)""[ \t]*", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex PackageSource();
}
