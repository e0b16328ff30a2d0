using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Puts a look at <see cref="CellGuard"/> into every loop, and every lambda and function with a block, of a cell, so that an interrupt ends them. Lines
/// keep their numbers.
/// </summary>
internal static class LoopGuards
{
    private const string Check = "global::ICAE.Lab.Kernel.CellGuard.Check();";

    /// <summary>The cell with its looks.</summary>
    /// <param name="tree">The cell.</param>
    /// <returns>The text; the cell's own if it has no place for one.</returns>
    public static string Insert(SyntaxTree tree)
    {
        var text = tree.ToString();
        var insertions = tree.GetRoot().DescendantNodes().SelectMany(Insertions).OrderBy(insertion => insertion.Position).ToList();
        if (insertions.Count == 0)
            return text;

        var guarded = new StringBuilder(text.Length + (insertions.Count * Check.Length));
        var position = 0;
        foreach (var (next, inserted) in insertions)
        {
            guarded.Append(text, position, next - position).Append(inserted);
            position = next;
        }

        return guarded.Append(text, position, text.Length - position).ToString();
    }

    private static IEnumerable<(int Position, string Text)> Insertions(SyntaxNode node) => node switch
    {
        WhileStatementSyntax loop => Around(loop.Statement),
        DoStatementSyntax loop => Around(loop.Statement),
        ForStatementSyntax loop => Around(loop.Statement),
        CommonForEachStatementSyntax loop => Around(loop.Statement),
        LabeledStatementSyntax { Statement: BlockSyntax block } => Into(block),
        AnonymousFunctionExpressionSyntax { Block: { } block } => Into(block),
        LocalFunctionStatementSyntax { Body: { } block } => Into(block),
        MethodDeclarationSyntax { Body: { } block } => Into(block),
        _ => [],
    };

    private static IEnumerable<(int Position, string Text)> Around(StatementSyntax body)
    {
        if (body is BlockSyntax block)
            return Into(block);

        return body.IsMissing ? [] : [(body.SpanStart, "{" + Check), (body.Span.End, "}")];
    }

    private static IEnumerable<(int Position, string Text)> Into(BlockSyntax block) =>
        block.OpenBraceToken.IsMissing ? [] : [(block.OpenBraceToken.Span.End, Check)];
}
