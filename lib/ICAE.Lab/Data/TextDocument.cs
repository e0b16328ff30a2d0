namespace ICAE.Lab.Data;

/// <summary>A text with a name: a book, an article, a file.</summary>
/// <param name="Name">What the text is called; shards keep it.</param>
/// <param name="Text">The text; paragraphs end with a line feed.</param>
public sealed record TextDocument(string Name, string Text);
