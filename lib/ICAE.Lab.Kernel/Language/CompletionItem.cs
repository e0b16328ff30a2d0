namespace ICAE.Lab.Kernel.Language;

/// <summary>Something that could stand at a place.</summary>
/// <param name="Text">The text.</param>
/// <param name="Kind">What it is, as front ends name it: <c>method</c>, <c>property</c>, <c>keyword</c>.</param>
/// <param name="Signature">How it is called; may be empty.</param>
internal sealed record CompletionItem(string Text, string Kind, string Signature);
