namespace ICAE.Lab.Tokens;

/// <summary>A file that a tokenizer can be loaded from again.</summary>
/// <param name="Name">Its name without a folder.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record TokenizerSource(string Name, ReadOnlyMemory<byte> Content);
