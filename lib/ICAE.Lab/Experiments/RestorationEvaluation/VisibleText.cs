using System.Text;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>Texts as they can be shown anywhere.</summary>
public static class VisibleText
{
    private const char ReturnSymbol = '↵';
    private const int ControlPictures = 0x2400;

    /// <summary>
    /// Puts a visible sign in the place of each character that a terminal or a page would act on: line ends, other controls, changes of
    /// direction, and halves of characters.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <returns>A text on one line.</returns>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\n' => visible.Append(ReturnSymbol),
                < ' ' => visible.Append((char)(ControlPictures + rune.Value)),
                0x7F => visible.Append('␡'),
                (>= 0x80 and < 0xA0) or 0x2028 or 0x2029 or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFE or 0xFFFF => visible.Append('\uFFFD'),
                _ => visible.Append(rune.ToString()),
            };
        }

        return visible.ToString();
    }
}
