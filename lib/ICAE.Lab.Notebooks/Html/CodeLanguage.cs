using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>
/// What is coloured in a language, as one pattern whose groups are the kinds of words. It also tells code from texts and comments, for the
/// checks.
/// </summary>
internal static partial class CodeLanguage
{
    /// <summary>The groups of a language's pattern, which are also the names of styles.</summary>
    public static readonly string[] Kinds = ["comment", "string", "directive", "keyword", "number", "type", "call", "key"];

    /// <summary>The pattern of a language; <see langword="null"/> for one that is not known.</summary>
    public static Regex? Pattern(string language) => language.ToLowerInvariant() switch
    {
        "c#" or "csharp" or "cs" => CSharp(),
        "python" or "py" or "python3" or "ipython" or "ipython3" => Python(),
        "json" => Json(),
        "bash" or "sh" or "shell" or "console" => Shell(),
        _ => null,
    };

    [GeneratedRegex(
        """"
        (?<comment>//[^\n]*|/\*[\s\S]*?(\*/|\z))
        |(?<string>\$*"{3,}[\s\S]*?("{3,}|\z)|[$@]{1,2}"([^"]|"")*("|\z)|\$?"(\\[\s\S]|[^"\\\n])*("|$|\z)|'(\\.[^'\n]*|[^'\\\n])')
        |(?<directive>^[ \t]*\#!?[a-zA-Z][^\n]*)
        |(?<keyword>\b(abstract|as|async|await|base|bool|break|byte|case|catch|char|checked|class|const|continue|decimal|default|delegate|do|double|else|enum|event|explicit|extern|false|finally|fixed|float|for|foreach|get|goto|if|implicit|in|init|int|interface|internal|is|lock|long|namespace|new|not|null|object|operator|or|and|out|override|params|private|protected|public|readonly|record|ref|required|return|sbyte|sealed|set|short|sizeof|stackalloc|static|string|struct|switch|this|throw|true|try|typeof|uint|ulong|unchecked|unsafe|ushort|using|value|var|virtual|void|volatile|when|where|while|with|yield)\b)
        |(?<number>\b(0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?)[fFdDmMuUlL]*\b)
        |(?<call>\b[A-Za-z_]\w*(?=\s*(<[\w\s,<>\[\]?.]*>)?\())
        |(?<type>\b[A-Z]\w*\b)
        """",
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline)]
    private static partial Regex CSharp();

    [GeneratedRegex(
        """"
        (?<comment>\#[^\n]*)
        |(?<string>\b[rRbBfFuU]{0,2}("""[\s\S]*?("""|\z)|'''[\s\S]*?('''|\z)|"(\\[\s\S]|[^"\\\n])*("|$|\z)|'(\\[\s\S]|[^'\\\n])*('|$|\z))|("""[\s\S]*?("""|\z)|'''[\s\S]*?('''|\z)|"(\\[\s\S]|[^"\\\n])*("|$|\z)|'(\\[\s\S]|[^'\\\n])*('|$|\z)))
        |(?<directive>^[ \t]*(%{1,2}[a-zA-Z]|@|!)[^\n]*)
        |(?<keyword>\b(False|None|True|and|as|assert|async|await|break|case|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|nonlocal|not|or|pass|raise|return|try|while|with|yield)\b)
        |(?<number>\b(0[xX][0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]+)?j?)\b)
        |(?<call>\b[A-Za-z_]\w*(?=\s*\())
        """",
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline)]
    private static partial Regex Python();

    [GeneratedRegex(
        """
        (?<key>"(\\.|[^"\\\n])*"(?=\s*:))
        |(?<string>"(\\.|[^"\\\n])*")
        |(?<keyword>\b(true|false|null)\b)
        |(?<number>-?\b[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\b)
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Json();

    [GeneratedRegex(
        """
        (?<comment>(?<![^\s])\#[^\n]*)
        |(?<string>"(\\[\s\S]|[^"\\])*("|\z)|'[^']*('|\z))
        |(?<keyword>(?<![^\s])--?[a-zA-Z][\w-]*)
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Shell();
}
