using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Compiles cells, each as the continuation of those before it, optimised and with line numbers. A cell that does not compile leaves no trace.
/// </summary>
internal sealed class ScriptCompiler
{
    /// <summary>How cells are read: as scripts, in the newest C#.</summary>
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    private static readonly string[] Usings =
    [
        "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
        "Microsoft.DotNet.Interactive.Kernel",
    ];

    // Packages are built against other versions of what they share: the highest is loaded, and that is no fault of the cell.
    private static readonly ImmutableDictionary<string, ReportDiagnostic> Suppressed =
        new[] { "CS1701", "CS1702", "CS1705" }.ToImmutableDictionary(id => id, _ => ReportDiagnostic.Suppress);

    private readonly string _prefix = $"cells-{Guid.NewGuid():N}-";
    private readonly CSharpCompilationOptions _options;
    private CSharpCompilation? _previous;
    private int _inherited;
    private int _attempts;

    public ScriptCompiler() => _options = new CSharpCompilationOptions(
        OutputKind.DynamicallyLinkedLibrary,
        usings: Usings,
        optimizationLevel: OptimizationLevel.Release,
        allowUnsafe: true,
        specificDiagnosticOptions: Suppressed,
        metadataReferenceResolver: new CellMetadataResolver(),
        sourceReferenceResolver: Sources,
        assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);

    /// <summary>What cells are compiled against.</summary>
    public SessionReferences References { get; } = new();

    /// <summary>The files that cells load.</summary>
    public LoadedSources Sources { get; } = new();

    /// <summary>The name of the file that a cell is for the compiler.</summary>
    public static string FileName(int number) => $"cell_{number}";

    /// <summary>Compiles a cell.</summary>
    /// <param name="code">Its prepared C#.</param>
    /// <param name="number">Its number.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CompilationException">It does not compile.</exception>
    public CompiledCell Compile(string code, int number, CancellationToken cancellationToken)
    {
        var compilation = Continue(code, FileName(number));
        if (LoopGuards.Insert(compilation.SyntaxTrees[^1], CellGuard.Number()) is var guarded && guarded != code)
        {
            // What does not compile is told of in the cell's own text.
            var original = compilation;
            compilation = Continue(guarded, FileName(number));
            if (compilation.GetDiagnostics(cancellationToken).Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
                compilation = original;
        }

        var tree = compilation.SyntaxTrees[^1];
        if (!compilation.SyntaxTrees.Any(HasMembers))
        {
            Check(compilation.GetDiagnostics(cancellationToken));
            return new CompiledCell(compilation, null, HasValue: false, References.All.Length);
        }

        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(
            assembly,
            symbols,
            options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb),
            cancellationToken: cancellationToken);
        if (!result.Success)
            Check(result.Diagnostics);

        assembly.Position = 0;
        symbols.Position = 0;
        var entry = compilation.GetEntryPoint(cancellationToken)!;
        var type = AssemblyBinder.LoadCell(assembly, symbols).GetType(entry.ContainingType.MetadataName, throwOnError: true)!;
        return new CompiledCell(compilation, Factory(type, entry.MetadataName), HasTrailingValue(compilation, tree, cancellationToken), References.All.Length);
    }

    /// <summary>Makes a compiled cell the one that the next continues.</summary>
    public void Commit(CompiledCell cell)
    {
        _previous = cell.Compilation;
        _inherited = cell.ReferenceCount;
    }

    /// <summary>The tree and the meaning of code as it would continue what was run so far.</summary>
    public SyntaxTree Continue(string code, out SemanticModel model)
    {
        var compilation = Continue(code);
        var tree = compilation.SyntaxTrees[^1];
        model = compilation.GetSemanticModel(tree);
        return tree;
    }

    private CSharpCompilation Continue(string code, string fileName = "")
    {
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), ParseOptions, fileName);
        var number = Interlocked.Increment(ref _attempts);
        var options = _options.WithScriptClassName($"Submission#{number}");

        // A cell inherits the references of those before it. Given again, they would be kept once more for every cell so far.
        var added = References.All[_inherited..];
        return CSharpCompilation.CreateScriptCompilation(_prefix + number, tree, added, options, _previous, typeof(object));
    }

    private static bool HasMembers(SyntaxTree tree) => ((CompilationUnitSyntax)tree.GetRoot()).Members.Count > 0;

    private static Func<object?[], Task<object?>> Factory(Type type, string method) =>
        type.GetMethod(method, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object?>>>();

    private static bool HasTrailingValue(CSharpCompilation compilation, SyntaxTree tree, CancellationToken cancellationToken)
    {
        if (((CompilationUnitSyntax)tree.GetRoot(cancellationToken)).Members.LastOrDefault() is not GlobalStatementSyntax { Statement: ExpressionStatementSyntax statement }
            || !statement.SemicolonToken.IsMissing)
            return false;

        var type = compilation.GetSemanticModel(tree).GetTypeInfo(statement.Expression, cancellationToken).Type;
        return type is { SpecialType: not SpecialType.System_Void };
    }

    private static void Check(IEnumerable<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
            throw new CompilationException(errors);
    }
}
