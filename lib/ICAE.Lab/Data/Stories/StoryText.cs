using System.Text;

namespace ICAE.Lab.Data.Stories;

/// <summary>A text under way: spaces, articles, capitals, quotation marks and the comma that closes an apposition are set right as words are added.</summary>
internal sealed class StoryText(bool capital = true)
{
    private readonly StringBuilder _text = new();
    private bool _capital = capital;
    private bool _article;
    private bool _comma;
    private int _depth;

    public int Length => _text.Length;

    /// <summary>How many quotations are open.</summary>
    public int Depth => _depth;

    /// <summary>Whether the next word begins a paragraph.</summary>
    public bool AtParagraph => _text.Length == 0 || _text[^1] == '\n';

    /// <summary>Puts the space before a sentence, which begins with a capital.</summary>
    public void BeginSentence()
    {
        _comma = false;
        if (_text.Length > 0 && _text[^1] is not ('\n' or '“' or '‘' or '—' or ' '))
            _text.Append(' ');
        _capital = true;
    }

    public void Put(string words)
    {
        var text = words.AsSpan();
        if (text.Length == 0)
            return;
        if (_comma && text[0] is not ('\n' or '’'))
        {
            _comma = false;
            if (!IsStop(text[0]) && text[0] != '—')
                _text.Append(text[0] == ' ' ? "," : ", ");
        }
        if (text[0] == ' ' && (_text.Length == 0 || _text[^1] is ' ' or '\n' or '“' or '‘' or '—'))
            text = text.TrimStart(' ');
        if (text.Length == 0)
            return;
        if (IsStop(text[0]))
        {
            Drop(' ');
            Drop(',');
        }
        if (text[0] is '\n' or '—')
            Drop(' ');
        if (_article)
        {
            _article = false;
            Add(English.Article(text.ToString()));
            _text.Append(' ');
        }
        Add(text);
    }

    public void Article() => _article = true;

    public void Capital() => _capital = true;

    public void Quote(bool opens)
    {
        if (!opens)
        {
            _comma = false;
            Drop(' ');
            _depth--;
            _text.Append(_depth % 2 == 0 ? '”' : '’');
            return;
        }
        if (_comma)
            _text.Append(", ");
        _comma = false;
        _text.Append(_depth % 2 == 0 ? '“' : '‘');
        _depth++;
    }

    /// <summary>Makes a comma at the end one that is only set if no other mark follows.</summary>
    public void LoosenComma()
    {
        if (_text.Length > 0 && _text[^1] == ',')
        {
            _text.Length--;
            _comma = true;
        }
    }

    /// <summary>What was written from one position to another, without spaces at the ends.</summary>
    public (int Start, int Length) Trim(int start, int end)
    {
        // A space that stood at the end then may have been dropped since.
        end = Math.Min(end, _text.Length);
        while (start < end && char.IsWhiteSpace(_text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(_text[end - 1]))
            end--;
        return (start, end - start);
    }

    public override string ToString() => _text.ToString();

    private static bool IsStop(char c) => c is ',' or '.' or ';' or ':' or '?' or '!';

    private void Drop(char c)
    {
        if (_text.Length > 0 && _text[^1] == c)
            _text.Length--;
    }

    private void Add(ReadOnlySpan<char> text)
    {
        if (!_capital)
        {
            _text.Append(text);
        }
        else
        {
            var first = 0;
            while (first < text.Length && !char.IsLetterOrDigit(text[first]))
                first++;
            _text.Append(text[..first]);
            if (first < text.Length)
            {
                _text.Append(char.ToUpperInvariant(text[first])).Append(text[(first + 1)..]);
                _capital = false;
            }
        }
        if (text[^1] == '\n')
            _capital = true;
    }
}
