using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Checks;

/// <summary>The notebook as a file: kernel, first cell, outputs, lengths.</summary>
internal static partial class FormChecks
{
    private const int MinorWithIds = 5;

    public static IEnumerable<NotebookFinding> Check(NotebookDocument document)
    {
        if (document.KernelName != NotebookKernels.CSharp)
            yield return new(null, "kernel", $"the kernel is {document.KernelName ?? "not named"}; it should be {NotebookKernels.CSharp}");

        if (document.Minor < MinorWithIds)
            yield return new(null, "format", $"the file has format 4.{document.Minor}, in which cells have no ids; 4.{MinorWithIds} is written here");

        foreach (var (cell, number) in document.Cells.Select((cell, index) => (cell, index + 1)))
        {
            if (cell.Outputs.Count > 0 || cell.ExecutionCount is not null)
                yield return new(number, "outputs", "outputs or a number are stored; 'icae notebook clear' removes them");

            if (cell.Tags.Contains(NotebookParameters.InjectedTag))
                yield return new(number, "parameters", "this cell was put in by a run; 'icae notebook clear' removes it");

            if (cell.Kind == NotebookCellKind.Raw)
                yield return new(number, "raw", "a raw cell is shown by no front end as it is meant");

            if (cell.Kind == NotebookCellKind.Code && CodeLines(cell.Source) is > NotebookChecks.MaxCodeLines and var lines)
                yield return new(number, "length", $"{lines} lines of code; at most {NotebookChecks.MaxCodeLines}, one idea a cell");
        }

        foreach (var finding in CheckReference(document))
            yield return finding;

        foreach (var finding in CheckParameters(document))
            yield return finding;
    }

    private static IEnumerable<NotebookFinding> CheckReference(NotebookDocument document)
    {
        var code = document.Cells.Select((cell, index) => (Cell: cell, Number: index + 1)).Where(each => each.Cell.Kind == NotebookCellKind.Code).ToList();
        if (code.Count == 0)
        {
            yield return new(null, "reference", "there is no code");
            yield break;
        }

        if (code[0].Cell.Source.Trim() != NotebookChecks.ReferenceLine)
            yield return new(code[0].Number, "reference", $"the first code cell should be {NotebookChecks.ReferenceLine} and nothing else");

        foreach (var (cell, number) in code.Skip(1))
        {
            if (Reference().IsMatch(cell.Source))
                yield return new(number, "reference", "a second #r: what a notebook needs comes by the first cell");
        }
    }

    private static IEnumerable<NotebookFinding> CheckParameters(NotebookDocument document)
    {
        var tagged = document.Cells.Select((cell, index) => (Cell: cell, Number: index + 1)).Where(each => each.Cell.Tags.Contains(NotebookParameters.Tag)).ToList();
        foreach (var (_, number) in tagged.Skip(1))
            yield return new(number, "parameters", "a second cell is tagged parameters; only the first is looked at");

        if (tagged.Count > 0 && NotebookParameters.Declared(document).Count == 0)
            yield return new(tagged[0].Number, "parameters", "the cell tagged parameters declares none of a type that can be told");
    }

    private static int CodeLines(string source) => source.Split('\n').Select(line => line.Trim()).Count(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));

    [GeneratedRegex(@"^\s*#r\b", RegexOptions.Multiline)]
    private static partial Regex Reference();
}
