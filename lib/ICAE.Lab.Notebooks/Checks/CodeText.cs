using System.Text;
using System.Text.RegularExpressions;
using ICAE.Lab.Notebooks.Html;

namespace ICAE.Lab.Notebooks.Checks;

/// <summary>C# code in which texts and comments are blanked, with the depth of braces and parentheses at every place.</summary>
internal sealed class CodeText
{
    private readonly int[] _depths;

    public CodeText(string source)
    {
        Text = Blank(source);
        _depths = new int[Text.Length + 1];
        var depth = 0;
        for (var at = 0; at < Text.Length; at++)
        {
            if (Text[at] is '}' or ')' or ']')
                depth--;

            _depths[at] = depth;
            if (Text[at] is '{' or '(' or '[')
                depth++;
        }

        _depths[^1] = depth;
    }

    /// <summary>The code; what is blanked has become spaces, line breaks stay.</summary>
    public string Text { get; }

    /// <summary>The matches of a pattern that stand outside of all braces and parentheses.</summary>
    public IEnumerable<Match> AtTopLevel(Regex pattern) => pattern.Matches(Text).Where(match => _depths[match.Index] == 0);

    private static string Blank(string source)
    {
        var text = new StringBuilder(source);
        foreach (Match match in CodeLanguage.Pattern("c#")!.Matches(source))
        {
            if (!match.Groups["comment"].Success && !match.Groups["string"].Success)
                continue;

            for (var at = match.Index; at < match.Index + match.Length; at++)
            {
                if (text[at] != '\n')
                    text[at] = ' ';
            }
        }

        return text.ToString();
    }
}
