namespace ICAE.Lab.Data.Stories;

/// <summary>
/// A piece of wording with open places: {role.form}, &lt;list&gt;, (one|another|), *verb, « and » for quotation marks, ^ for a capital. The word "a"
/// before an open place becomes "an" where it has to.
/// </summary>
internal sealed class Template
{
    private Template(List<TemplateNode> nodes) => Nodes = nodes;

    public IReadOnlyList<TemplateNode> Nodes { get; }

    public static Template Parse(string text)
    {
        var position = 0;
        var template = ParseUntil(text, ref position, nested: false);
        return position == text.Length ? template : throw new InvalidOperationException($"A bracket too many in: {text}");
    }

    /// <summary>Whether a role stands anywhere in it.</summary>
    public bool Uses(string role) => Nodes.Any(node => node switch
    {
        SlotNode slot => slot.Role == role,
        ChoiceNode choice => choice.Choices.Any(one => one.Uses(role)),
        _ => false,
    });

    private static Template ParseUntil(string text, ref int position, bool nested)
    {
        var nodes = new List<TemplateNode>();
        var start = position;
        while (position < text.Length)
        {
            var c = text[position];
            if (nested && c is '|' or ')')
                break;
            if (c is not ('{' or '<' or '(' or '*' or '«' or '»' or '^'))
            {
                position++;
                continue;
            }
            AddLiteral(nodes, text[start..position], beforeOpen: c != '»');
            nodes.Add(ParseNode(text, ref position));
            start = position;
        }
        AddLiteral(nodes, text[start..position], beforeOpen: nested);
        return new Template(nodes);
    }

    private static TemplateNode ParseNode(string text, ref int position)
    {
        switch (text[position])
        {
            case '{':
                var slot = Upto(text, ref position, '}').Split('.');
                return new SlotNode(slot[0], slot.Length > 1 ? slot[1] : "");
            case '<':
                return new ListNode(Upto(text, ref position, '>'));
            case '(':
                return ParseChoice(text, ref position);
            case '*':
                return ParseVerb(text, ref position);
            case '^':
                position++;
                return new CapitalNode();
            default:
                return new QuoteNode(text[position++] == '«');
        }
    }

    private static ChoiceNode ParseChoice(string text, ref int position)
    {
        var choices = new List<Template>();
        do
        {
            position++;
            choices.Add(ParseUntil(text, ref position, nested: true));
        }
        while (position < text.Length && text[position] == '|');
        if (position == text.Length)
            throw new InvalidOperationException($"A bracket is not closed in: {text}");
        position++;
        return new ChoiceNode([.. choices]);
    }

    private static VerbNode ParseVerb(string text, ref int position)
    {
        var start = ++position;
        while (position < text.Length && (char.IsAsciiLetter(text[position]) || text[position] == '-'))
            position++;
        return new VerbNode(VerbForms.Of(text[start..position]));
    }

    private static string Upto(string text, ref int position, char end)
    {
        var close = text.IndexOf(end, position);
        if (close < 0)
            throw new InvalidOperationException($"{text[position]} is not closed in: {text}");
        var inner = text[(position + 1)..close];
        position = close + 1;
        return inner;
    }

    private static void AddLiteral(List<TemplateNode> nodes, string text, bool beforeOpen)
    {
        if (text.Length == 0)
            return;
        var article = beforeOpen && (text is "a " or "A " || text.EndsWith(" a ", StringComparison.Ordinal) || text.EndsWith("—a ", StringComparison.Ordinal));
        if (!article)
        {
            nodes.Add(new LiteralNode(text));
            return;
        }
        if (text.Length > 2)
            nodes.Add(new LiteralNode(text[..^2]));
        if (text[^2] == 'A')
            nodes.Add(new CapitalNode());
        nodes.Add(new ArticleNode());
    }
}
