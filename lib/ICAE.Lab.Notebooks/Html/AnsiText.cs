using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ICAE.Lab.Notebooks.Html;

/// <summary>Text of a terminal as HTML: colours become elements, what a carriage return or backspace overwrites is gone.</summary>
internal sealed partial class AnsiText
{
    private static readonly string[] Names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    private readonly StringBuilder _result = new();
    private readonly SortedSet<string> _classes = new(StringComparer.Ordinal);
    private string? _foreground;
    private string? _background;
    private string? _foregroundStyle;
    private string? _backgroundStyle;
    private bool _inSpan;

    /// <summary>Gives the HTML of a text.</summary>
    public static string ToHtml(string text)
    {
        var ansi = new AnsiText();
        ansi.Run(Overwritten(text));
        return ansi._result.ToString();
    }

    private void Run(string text)
    {
        var at = 0;
        foreach (Match match in Escape().Matches(text))
        {
            AppendText(text[at..match.Index]);
            at = match.Index + match.Length;
            if (match.Groups["colour"].Success)
                Set([.. match.Groups["colour"].Value.Split(';', ':').Select(code => int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)]);
        }

        AppendText(text[at..]);
        EndSpan();
    }

    private void AppendText(string text)
    {
        if (text.Length == 0)
            return;

        if (!_inSpan)
            BeginSpan();

        _result.Append(WebUtility.HtmlEncode(Controls().Replace(text, "")));
    }

    private void BeginSpan()
    {
        var classes = string.Join(' ', _classes.Append(_foreground).Append(_background).OfType<string>());
        var style = _foregroundStyle + _backgroundStyle;
        if (classes.Length == 0 && style.Length == 0)
            return;

        _result.Append("<span");
        if (classes.Length > 0)
            _result.Append(" class=\"").Append(classes).Append('"');

        if (style.Length > 0)
            _result.Append(" style=\"").Append(style).Append('"');

        _result.Append('>');
        _inSpan = true;
    }

    private void EndSpan()
    {
        if (_inSpan)
            _result.Append("</span>");

        _inSpan = false;
    }

    private void Set(int[] codes)
    {
        EndSpan();
        for (var at = 0; at < codes.Length; at++)
        {
            switch (codes[at])
            {
                case 0:
                    _classes.Clear();
                    (_foreground, _background, _foregroundStyle, _backgroundStyle) = (null, null, null, null);
                    break;
                case 1:
                    _classes.Add("ansi-bold");
                    break;
                case 3:
                    _classes.Add("ansi-italic");
                    break;
                case 4:
                    _classes.Add("ansi-underline");
                    break;
                case 22 or 23 or 24:
                    _classes.Remove(codes[at] switch { 22 => "ansi-bold", 23 => "ansi-italic", _ => "ansi-underline" });
                    break;
                case >= 30 and <= 37 or >= 90 and <= 97:
                    (_foreground, _foregroundStyle) = ("ansi-" + Names[codes[at] % 10], null);
                    break;
                case >= 40 and <= 47 or >= 100 and <= 107:
                    (_background, _backgroundStyle) = ("ansi-" + Names[codes[at] % 10] + "-background", null);
                    break;
                case 39:
                    (_foreground, _foregroundStyle) = (null, null);
                    break;
                case 49:
                    (_background, _backgroundStyle) = (null, null);
                    break;
                case 38 or 48:
                    SetColour(codes, ref at);
                    break;
            }
        }
    }

    private void SetColour(int[] codes, ref int at)
    {
        var isForeground = codes[at] == 38;
        string? colour = null;
        if (at + 2 < codes.Length && codes[at + 1] == 5)
        {
            colour = Palette(codes[at + 2]);
            at += 2;
        }
        else if (at + 4 < codes.Length && codes[at + 1] == 2)
        {
            colour = Rgb(codes[at + 2], codes[at + 3], codes[at + 4]);
            at += 4;
        }

        if (isForeground)
            (_foreground, _foregroundStyle) = (null, colour is null ? null : $"color:{colour};");
        else
            (_background, _backgroundStyle) = (null, colour is null ? null : $"background:{colour};");
    }

    private static string Palette(int index)
    {
        if (index < 16)
        {
            var level = index < 8 ? 170 : 255;
            return Rgb((index & 1) * level, (index >> 1 & 1) * level, (index >> 2 & 1) * level);
        }

        if (index >= 232)
            return Rgb(8 + ((index - 232) * 10), 8 + ((index - 232) * 10), 8 + ((index - 232) * 10));

        var cube = index - 16;
        return Rgb(Level(cube / 36), Level(cube / 6 % 6), Level(cube % 6));

        static int Level(int step) => step == 0 ? 0 : 55 + (step * 40);
    }

    private static string Rgb(int red, int green, int blue) => string.Create(CultureInfo.InvariantCulture, $"rgb({Math.Clamp(red, 0, 255)},{Math.Clamp(green, 0, 255)},{Math.Clamp(blue, 0, 255)})");

    /// <summary>What is left of lines that were written over, as progress bars do.</summary>
    private static string Overwritten(string text)
    {
        if (text.AsSpan().IndexOfAny('\r', '\b') < 0)
            return text;

        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd('\r');
            lines[index] = WithoutBackspaces(line[(line.LastIndexOf('\r') + 1)..]);
        }

        return string.Join('\n', lines);
    }

    private static string WithoutBackspaces(string line)
    {
        if (!line.Contains('\b', StringComparison.Ordinal))
            return line;

        var kept = new StringBuilder();
        foreach (var character in line)
        {
            if (character != '\b')
                kept.Append(character);
            else if (kept.Length > 0)
                kept.Length--;
        }

        return kept.ToString();
    }

    [GeneratedRegex(@"\x1b(\[(?<colour>[0-9;:]*)m|\[[0-9;:?<=>!]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\^_])")]
    private static partial Regex Escape();

    [GeneratedRegex(@"[\x00-\x08\x0b-\x1f\x7f]")]
    private static partial Regex Controls();
}
