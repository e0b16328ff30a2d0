namespace ICAE.Lab.Data.Stories;

/// <summary>A part of a template.</summary>
internal abstract record TemplateNode;

/// <summary>Words as they are.</summary>
internal sealed record LiteralNode(string Text) : TemplateNode;

/// <summary>The article "a" or "an", as the next word wants it.</summary>
internal sealed record ArticleNode : TemplateNode;

/// <summary>One of several.</summary>
internal sealed record ChoiceNode(Template[] Choices) : TemplateNode;

/// <summary>A role of the event, perhaps in a form: {A}, {O.d}.</summary>
internal sealed record SlotNode(string Role, string Form) : TemplateNode;

/// <summary>A word from a list: &lt;name&gt;.</summary>
internal sealed record ListNode(string List) : TemplateNode;

/// <summary>A verb, inflected as its sentence wants it: *give.</summary>
internal sealed record VerbNode(VerbForms Verb) : TemplateNode;

/// <summary>A quotation mark: « or ».</summary>
internal sealed record QuoteNode(bool Opens) : TemplateNode;

/// <summary>The next letter is a capital: ^.</summary>
internal sealed record CapitalNode : TemplateNode;
