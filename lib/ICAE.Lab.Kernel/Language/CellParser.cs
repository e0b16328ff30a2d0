using System.Text.RegularExpressions;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Takes a cell apart at its <c>#!</c> lines.</summary>
internal static partial class CellParser
{
    /// <summary>The name of the language that a cell begins in.</summary>
    public const string CSharp = "csharp";

    /// <summary>Other names of languages.</summary>
    private static readonly Dictionary<string, string> Aliases = new() { ["c#"] = CSharp, ["C#"] = CSharp, ["js"] = "javascript", ["md"] = "markdown" };

    /// <summary>Takes a cell apart.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="isLanguage">Whether a name is a language's.</param>
    /// <param name="isCommand">Whether a name is a command's.</param>
    /// <param name="added">The language that a command with its arguments adds.</param>
    /// <exception cref="CellErrorException">A line names neither.</exception>
    public static IReadOnlyList<CellSegment> Parse(string code, Func<string, bool> isLanguage, Func<string, bool> isCommand, Func<string, string, string?> added)
    {
        var ofThisCell = new HashSet<string?>();
        var segments = new List<CellSegment>();
        var lines = code.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var language = CSharp;
        var start = 0;
        for (var index = 0; index < lines.Length; index++)
        {
            var match = MagicLine().Match(lines[index]);
            if (!match.Success)
                continue;

            AddCode(segments, language, lines, start, index);
            start = index + 1;
            var name = Name(match);
            if (isCommand(name))
            {
                segments.Add(new CellSegment(language, match.Groups["rest"].Value.Trim(), name, index));
                ofThisCell.Add(added(name, segments[^1].Text));
            }
            else if (isLanguage(name) || ofThisCell.Contains(name))
                language = name;
            else
                throw new CellErrorException($"Line {index + 1}: there is no #!{name}; #!lsmagic lists what there is.");
        }

        AddCode(segments, language, lines, start, lines.Length);
        return segments;
    }

    /// <summary>The segment that a place in a cell lies in, and the place in it.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The place, in characters from the cell's start.</param>
    /// <param name="isCommand">Whether a name is a command's.</param>
    /// <returns>The language, and where its lines begin and end in the cell; a <c>#!</c> line belongs to none.</returns>
    public static (string? Language, int Start, int End) Locate(string code, int position, Func<string, bool> isCommand)
    {
        string? language = CSharp;
        var start = 0;
        var lineStart = 0;
        foreach (var line in code.Split('\n'))
        {
            var lineEnd = lineStart + line.Length;
            var match = MagicLine().Match(line.TrimEnd('\r'));
            if (match.Success)
            {
                if (position <= lineEnd && position >= lineStart)
                    return (null, lineStart, lineEnd);

                if (lineStart > position)
                    return (language, start, lineStart);

                start = lineEnd + 1;
                var name = Name(match);
                language = isCommand(name) ? language : name;
            }

            lineStart = lineEnd + 1;
        }

        return (language, Math.Min(start, code.Length), code.Length);
    }

    /// <summary>The name of a language that is meant by it or by another name of it.</summary>
    public static string LanguageName(string name) => Aliases.GetValueOrDefault(name, name);

    /// <summary>Whether it can stand behind <c>#!</c>.</summary>
    public static bool IsName(string name) => PossibleName().IsMatch(name);

    private static string Name(Match line) => LanguageName(line.Groups["name"].Value);

    private static void AddCode(List<CellSegment> segments, string language, string[] lines, int start, int end)
    {
        if (lines[start..end].Any(line => !string.IsNullOrWhiteSpace(line)))
            segments.Add(new CellSegment(language, string.Join('\n', lines[start..end]), null, start));
    }

    [GeneratedRegex(@"^[ \t]*#!(?<name>[A-Za-z][\w.#+-]*)(?<rest>(\s.*)?)$")]
    private static partial Regex MagicLine();

    [GeneratedRegex(@"\A[A-Za-z][\w.#+-]*\z")]
    private static partial Regex PossibleName();
}
