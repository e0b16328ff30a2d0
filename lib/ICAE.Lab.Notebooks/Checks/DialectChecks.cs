using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Checks;

/// <summary>The dialect that this repository's kernel and that of .NET Interactive have in common.</summary>
internal static partial class DialectChecks
{
    private static readonly HashSet<string> Magics = ["time", "html", "markdown", "javascript", "csharp", "c#", "lsmagic", "who", "whos", "connect", "share", "set"];
    private static readonly HashSet<string> OtherLanguages = ["html", "markdown", "javascript"];

    // Neither kernel compiles these at the top level of a cell.
    private static readonly (Regex Pattern, string Message)[] NotAtTopLevel =
    [
        (UsingDeclaration(), "a using declaration at the top level does not compile; put it into braces"),
        (Namespace(), "a cell cannot declare a namespace"),
        (Span(), "a variable of type Span at the top level does not compile; put it into braces"),
    ];

    public static IEnumerable<NotebookFinding> Check(NotebookDocument document)
    {
        var kernels = new HashSet<string>();
        var hasFiles = false;
        foreach (var (cell, number) in document.Cells.Select((cell, index) => (cell, index + 1)).Where(each => each.cell.Kind == NotebookCellKind.Code))
        {
            var magics = CheckMagics(cell.Source, kernels, out var inCSharp);
            foreach (var message in magics)
                yield return new(number, "dialect", message);

            if (!inCSharp)
                continue;

            var code = new CodeText(cell.Source);
            hasFiles |= UsingFiles().IsMatch(code.Text);
            if (!hasFiles && Files().Match(code.Text) is { Success: true } file)
                yield return new(number, "dialect", $"{file.Value} needs 'using System.IO;', which .NET Interactive does not have by itself");

            foreach (var message in CheckCode(code))
                yield return new(number, "dialect", message);
        }
    }

    private static List<string> CheckMagics(string source, HashSet<string> kernels, out bool inCSharp)
    {
        inCSharp = true;
        var messages = new List<string>();
        foreach (var line in source.Split('\n').Select(line => line.Trim()))
        {
            if (inCSharp && ForeignMagic().IsMatch(line))
                messages.Add($"{line.Split(' ')[0]} is a magic of IPython; .NET Interactive takes only #!");

            if (Magic().Match(line) is not { Success: true } magic)
                continue;

            var name = magic.Groups["name"].Value;
            if (!Magics.Contains(name) && !kernels.Contains(name))
                messages.Add($"#!{name} is not known to both kernels, and no #!connect in an earlier line gives that name");

            if (name == "connect" && KernelName().Match(line) is { Success: true } connected)
                kernels.Add(connected.Groups["name"].Value);
            else if (OtherLanguages.Contains(name) || kernels.Contains(name))
                inCSharp = false;
            else if (name is "csharp" or "c#")
                inCSharp = true;
        }

        return messages;
    }

    private static IEnumerable<string> CheckCode(CodeText code)
    {
        foreach (var (pattern, message) in NotAtTopLevel)
        {
            if (code.AtTopLevel(pattern).Any())
                yield return message;
        }

        if (ExtensionInClass().IsMatch(code.Text))
            yield return "an extension method in a static class does not compile in a cell; declare it at the top level of the cell";

        if (code.AtTopLevel(TrailingWith()).Any())
            yield return "a trailing 'with { ... }' is read as a property; put the expression into parentheses";

        if (Update().IsMatch(code.Text))
            yield return ".Update(...) of a display does nothing in .NET Interactive; the library's own live displays know what to do there";
    }

    [GeneratedRegex(@"^#!(?<name>[\w#.-]+)")]
    private static partial Regex Magic();

    [GeneratedRegex(@"^%{1,2}[A-Za-z]")]
    private static partial Regex ForeignMagic();

    [GeneratedRegex(@"--kernel-name\s+(?<name>[\w.-]+)")]
    private static partial Regex KernelName();

    [GeneratedRegex(@"\b(await\s+)?using\s+(var|[A-Z]\w*(<[^;=()]*>)?)\s+\w+\s*=")]
    private static partial Regex UsingDeclaration();

    [GeneratedRegex(@"^\s*namespace\s+\w", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(ReadOnly)?Span\s*<[^;()]*>\s+\w+\s*=|\bvar\s+\w+\s*=\s*[^;]*(\.AsSpan\s*\([^;]*\)|stackalloc\b[^;]*)\s*;")]
    private static partial Regex Span();

    [GeneratedRegex(@"\bstatic\s+(partial\s+)?class\s+\w+[^{]*\{[\s\S]*?\bstatic\b[^;{]*\(\s*this\s")]
    private static partial Regex ExtensionInClass();

    [GeneratedRegex(@"(?<=(\A|[;}])\s*)[\w.]+(\([^;]*\))?\s+with\s*\{[^;]*\}\s*\z")]
    private static partial Regex TrailingWith();

    [GeneratedRegex(@"\bdisplay\s*\([^;]*\)\s*\.\s*Update\s*\(|\bDisplayedValue\b")]
    private static partial Regex Update();

    [GeneratedRegex(@"\busing\s+System\.IO\s*;")]
    private static partial Regex UsingFiles();

    [GeneratedRegex(@"(?<![\w.])(File|Path|Directory|FileInfo|DirectoryInfo|FileStream|StreamReader|StreamWriter|MemoryStream)(?=\s*[.(]|\s+\w+\s*=)")]
    private static partial Regex Files();
}
