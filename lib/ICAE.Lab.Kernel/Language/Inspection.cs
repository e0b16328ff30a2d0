using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Says what is known of the name at a place: how it is called and what its documentation says.</summary>
internal static class Inspection
{
    private const int MaxSignatures = 20;

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithMemberOptions(
            SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeConstantValue)
        .WithParameterOptions(
            SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeDefaultValue)
        .WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword)
        .WithLocalOptions(SymbolDisplayLocalOptions.IncludeType);

    /// <summary>Inspects C#.</summary>
    /// <param name="compiler">The cells so far.</param>
    /// <param name="code">The C#.</param>
    /// <param name="position">The place in it: in a name, or behind it.</param>
    /// <param name="inFull">Whether all signatures are wanted.</param>
    /// <returns>What is known; <see langword="null"/> if there is no name, or nothing is known of it.</returns>
    public static MimeBundle? Inspect(ScriptCompiler compiler, string code, int position, bool inFull)
    {
        var tree = compiler.Continue(code, out var model);
        if (Name(tree, position) is not { } name)
            return null;

        var symbols = SymbolsOf(model, name);
        if (symbols.Count == 0)
            return null;

        var signatures = symbols.Select(symbol => symbol.ToDisplayString(Format)).Distinct().ToList();
        var shown = signatures.Take(inFull ? MaxSignatures : 3).ToList();
        var more = signatures.Count > shown.Count ? $"… and {signatures.Count - shown.Count} more" : "";
        return Show(shown, more, Documentation.Summary(symbols[0], compiler.References.PathByName));
    }

    private static SimpleNameSyntax? Name(SyntaxTree tree, int position)
    {
        var root = tree.GetRoot();
        foreach (var at in (int[])[position, position - 1])
        {
            if (at >= 0 && at <= root.FullSpan.End && root.FindToken(at) is var token && token.Span.Contains(at) && token.Parent is SimpleNameSyntax name)
                return name;
        }

        // Behind an opening parenthesis, it is the method that is asked for.
        var before = position > 0 ? root.FindToken(position - 1) : default;
        return before.Parent is ArgumentListSyntax { Parent: InvocationExpressionSyntax call }
            ? call.Expression switch { MemberAccessExpressionSyntax access => access.Name, SimpleNameSyntax simple => simple, _ => null }
            : null;
    }

    private static List<ISymbol> SymbolsOf(SemanticModel model, SimpleNameSyntax name)
    {
        var group = model.GetMemberGroup(name);
        if (group.Length > 0)
            return [.. group];

        var info = model.GetSymbolInfo(name);
        if (info.Symbol is not null)
            return [info.Symbol];

        if (info.CandidateSymbols.Length > 0)
            return [.. info.CandidateSymbols];

        return [.. model.LookupSymbols(name.SpanStart, name: name.Identifier.ValueText)];
    }

    private static MimeBundle Show(List<string> signatures, string more, string? summary)
    {
        var text = new StringBuilder(string.Join('\n', signatures));
        var html = new StringBuilder("<pre>").Append(WebUtility.HtmlEncode(text.ToString())).Append("</pre>");
        if (more.Length > 0)
        {
            text.Append('\n').Append(more);
            html.Append("<p>").Append(more).Append("</p>");
        }

        if (summary is not null)
        {
            text.Append("\n\n").Append(summary);
            html.Append("<p>").Append(WebUtility.HtmlEncode(summary)).Append("</p>");
        }

        return new MimeBundle(new Dictionary<string, string> { ["text/plain"] = text.ToString(), ["text/html"] = html.ToString() });
    }
}
