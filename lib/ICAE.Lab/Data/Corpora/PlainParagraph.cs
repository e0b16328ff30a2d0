using System.Text;

namespace ICAE.Lab.Data.Corpora;

/// <summary>
/// Gathers the characters of a paragraph as plain text in one line: any white space, no-break and thin spaces included, becomes one space; characters
/// that only steer line breaks and joining (word joiner, zero-width space and joiners, soft hyphen, byte-order mark) are left out;
/// ligatures of Latin letters that are only a matter of type (U+FB00 to U+FB06) are written out. Letters such as œ, all dashes and the
/// no-break hyphen stay.
/// </summary>
internal sealed class PlainParagraph
{
    private static readonly string[] Ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

    private readonly StringBuilder _text = new();
    private bool _isSpacePending;

    /// <summary>Characters so far.</summary>
    public int Length => _text.Length;

    /// <summary>Adds text.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            Add(c);
    }

    /// <summary>Adds white space.</summary>
    public void AddSpace() => _isSpacePending = true;

    /// <summary>The paragraph, without white space at its ends; gathering begins anew.</summary>
    public string Take()
    {
        var text = _text.ToString();
        _text.Clear();
        _isSpacePending = false;
        return text;
    }

    private void Add(char c)
    {
        if (c is '\u00AD' or '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF')
            return;

        if (char.IsWhiteSpace(c))
        {
            _isSpacePending = true;
            return;
        }

        if (_isSpacePending && _text.Length > 0)
            _text.Append(' ');

        _isSpacePending = false;
        if (c is >= '\uFB00' and <= '\uFB06')
            _text.Append(Ligatures[c - '\uFB00']);
        else
            _text.Append(c);
    }
}
