using System.Globalization;
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
    /// <summary>The cell with its looks.</summary>
    /// <param name="tree">The cell.</param>
    /// <param name="code">Its number among all code.</param>
    /// <returns>The text; the cell's own if it has no place for one.</returns>
    public static string Insert(SyntaxTree tree, int code)
    {
        var text = tree.ToString();
        var check = string.Create(CultureInfo.InvariantCulture, $"global::ICAE.Lab.Kernel.CellGuard.Check({code});");
        var insertions = tree.GetRoot().DescendantNodes().SelectMany(node => Insertions(node, check)).OrderBy(insertion => insertion.Position).ToList();
        if (insertions.Count == 0)
            return text;

        var guarded = new StringBuilder(text.Length + (insertions.Count * check.Length));
        var position = 0;
        foreach (var (next, inserted) in insertions)
        {
            guarded.Append(text, position, next - position).Append(inserted);
            position = next;
        }

        return guarded.Append(text, position, text.Length - position).ToString();
    }

    private static IEnumerable<(int Position, string Text)> Insertions(SyntaxNode node, string check) => node switch
    {
        WhileStatementSyntax loop => Around(loop.Statement, check),
        DoStatementSyntax loop => Around(loop.Statement, check),
        ForStatementSyntax loop => Around(loop.Statement, check),
        CommonForEachStatementSyntax loop => Around(loop.Statement, check),
        LabeledStatementSyntax { Statement: BlockSyntax block } => Into(block, check),
        AnonymousFunctionExpressionSyntax { Block: { } block } => Into(block, check),
        LocalFunctionStatementSyntax { Body: { } block } => Into(block, check),
        MethodDeclarationSyntax { Body: { } block } => Into(block, check),
        _ => [],
    };

    private static IEnumerable<(int Position, string Text)> Around(StatementSyntax body, string check)
    {
        if (body is BlockSyntax block)
            return Into(block, check);

        return body.IsMissing ? [] : [(body.SpanStart, "{" + check), (body.Span.End, "}")];
    }

    private static IEnumerable<(int Position, string Text)> Into(BlockSyntax block, string check) =>
        block.OpenBraceToken.IsMissing ? [] : [(block.OpenBraceToken.Span.End, check)];
}
