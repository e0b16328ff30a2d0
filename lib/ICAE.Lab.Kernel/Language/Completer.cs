using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Finds what could stand at a place in a cell.</summary>
internal static class Completer
{
    private const int MaxItems = 1000;

    /// <summary>Completes C#.</summary>
    /// <param name="compiler">The cells so far.</param>
    /// <param name="code">The C#.</param>
    /// <param name="position">The place in it.</param>
    public static Completion Complete(ScriptCompiler compiler, string code, int position)
    {
        var start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1]))
            start--;

        var prefix = code[start..position];
        var tree = compiler.Continue(code, out var model);
        var symbols = Symbols(tree, model, start, out var ofMember)
            .Where(symbol => symbol.CanBeReferencedByName && symbol.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .GroupBy(symbol => symbol.Name)
            .Select(group => Item(group.First(), group.Count()));
        var keywords = ofMember || prefix.Length == 0 ? [] : Keywords().Where(keyword => keyword.StartsWith(prefix, StringComparison.Ordinal)).Select(keyword => new CompletionItem(keyword, "keyword", ""));
        var items = symbols.Concat(keywords)
            .DistinctBy(item => item.Text)
            .OrderBy(item => item.Text.StartsWith(prefix, StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(item => item.Text, StringComparer.OrdinalIgnoreCase)
            .Take(MaxItems);
        return new Completion([.. items], start, position);
    }

    /// <summary>Completes a name behind <c>#!</c>.</summary>
    public static Completion CompleteNames(IEnumerable<string> names, string code, int position)
    {
        var start = position;
        while (start > 0 && !char.IsWhiteSpace(code[start - 1]))
            start--;

        var prefix = code[start..position];
        var items = names.Select(name => "#!" + name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return new Completion([.. items.Select(name => new CompletionItem(name, "magic", ""))], start, position);
    }

    private static IEnumerable<ISymbol> Symbols(SyntaxTree tree, SemanticModel model, int position, out bool ofMember)
    {
        var token = position > 0 ? tree.GetRoot().FindToken(position - 1) : default;
        ofMember = token.IsKind(SyntaxKind.DotToken);
        if (!ofMember)
            return model.LookupSymbols(position);

        var owner = token.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            QualifiedNameSyntax name => name.Left,
            MemberBindingExpressionSyntax { Parent.Parent: ConditionalAccessExpressionSyntax conditional } => conditional.Expression,
            MemberBindingExpressionSyntax { Parent: ConditionalAccessExpressionSyntax conditional } => conditional.Expression,
            _ => (ExpressionSyntax?)null,
        };
        return owner is null ? [] : Members(model, owner, position);
    }

    private static IEnumerable<ISymbol> Members(SemanticModel model, ExpressionSyntax owner, int position)
    {
        if (model.GetSymbolInfo(owner).Symbol is INamespaceOrTypeSymbol container)
            return model.LookupSymbols(position, container).Where(symbol => symbol.IsStatic || symbol is INamespaceOrTypeSymbol or IFieldSymbol { IsConst: true });

        if (model.GetTypeInfo(owner).Type is not { TypeKind: not TypeKind.Error } type)
            return [];

        return model.LookupSymbols(position, type, includeReducedExtensionMethods: true).Where(symbol => !symbol.IsStatic && symbol is not ITypeSymbol);
    }

    private static CompletionItem Item(ISymbol symbol, int count)
    {
        var signature = symbol.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        return new CompletionItem(symbol.Name, Kind(symbol), count > 1 ? $"{signature} (+ {count - 1})" : signature);
    }

    private static string Kind(ISymbol symbol) => symbol switch
    {
        INamespaceSymbol => "module",
        INamedTypeSymbol { TypeKind: TypeKind.Interface } => "interface",
        INamedTypeSymbol { TypeKind: TypeKind.Enum } => "enum",
        INamedTypeSymbol { TypeKind: TypeKind.Struct } => "struct",
        INamedTypeSymbol => "class",
        IMethodSymbol => "method",
        IPropertySymbol => "property",
        IFieldSymbol => "field",
        IEventSymbol => "event",
        _ => "variable",
    };

    private static IEnumerable<string> Keywords() =>
        SyntaxFacts.GetKeywordKinds().Where(kind => !SyntaxFacts.IsPreprocessorKeyword(kind) || SyntaxFacts.IsReservedKeyword(kind)).Select(SyntaxFacts.GetText).Where(text => char.IsAsciiLetterLower(text[0]));
}
