using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Whether code can be run as it stands, for front ends that run it when Enter is pressed.</summary>
internal static class Completeness
{
    /// <summary>Looks at C#.</summary>
    /// <returns><c>complete</c>, <c>incomplete</c> or <c>invalid</c>, as the protocol has it.</returns>
    public static string Of(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, ScriptCompiler.ParseOptions);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
            return "incomplete";

        return tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? "invalid" : "complete";
    }

    /// <summary>How far the next line is to be indented.</summary>
    public static string Indent(string code)
    {
        var depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(code))
            depth += token.Kind() switch { SyntaxKind.OpenBraceToken => 1, SyntaxKind.CloseBraceToken => -1, _ => 0 };

        return new string(' ', 4 * Math.Max(0, depth));
    }
}
