using System.Text;
using System.Text.Json;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// Takes apart what stands behind a command: words; texts in double quotes, with JSON's escapes, or in single ones, as they are; JSON objects
/// and arrays; options, whose values stand behind a space or <c>=</c>.
/// </summary>
internal sealed class DirectiveScanner(string command, string text)
{
    private int _at;

    /// <summary>All words.</summary>
    /// <exception cref="CellErrorException">A quote or a bracket is not closed.</exception>
    public IEnumerable<DirectiveToken> Tokens()
    {
        while (Skip())
        {
            if (text.AsSpan(_at).StartsWith("--", StringComparison.Ordinal))
                yield return Option();
            else
                yield return Value();
        }
    }

    private bool Skip()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;

        return _at < text.Length;
    }

    private DirectiveToken Option()
    {
        var start = _at;
        while (_at < text.Length && text[_at] != '=' && !char.IsWhiteSpace(text[_at]))
            _at++;

        var name = text[start.._at];
        if (_at < text.Length && text[_at] == '=')
            _at++;

        return new DirectiveToken(name, '\0', IsOption: true);
    }

    private DirectiveToken Value() => text[_at] switch
    {
        '"' => new DirectiveToken(JsonSerializer.Deserialize<string>(Json())!, '"', IsOption: false),
        '\'' => Raw(),
        '{' or '[' => new DirectiveToken(Json(), '\0', IsOption: false),
        _ => Word(),
    };

    private DirectiveToken Raw()
    {
        var end = text.IndexOf('\'', _at + 1);
        if (end < 0)
            throw new CellErrorException($"#!{command}: the quote in {text[_at..]} is not closed.");

        var value = text[(_at + 1)..end];
        _at = end + 1;
        return new DirectiveToken(value, '\'', IsOption: false);
    }

    private DirectiveToken Word()
    {
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]))
            _at++;

        return new DirectiveToken(text[start.._at], '\0', IsOption: false);
    }

    private string Json()
    {
        var bytes = Encoding.UTF8.GetBytes(text[_at..]);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = SharedValue.MaxDepth });
        try
        {
            using var value = JsonDocument.ParseValue(ref reader);
            var json = Encoding.UTF8.GetString(bytes, 0, (int)reader.BytesConsumed);
            _at += json.Length;
            return json;
        }
        catch (JsonException)
        {
            throw new CellErrorException($"#!{command}: {text[_at..]} is not sound JSON.");
        }
    }
}
