namespace ICAE.Lab.Data;

/// <summary>A stretch of consecutive tokens inside one document of a shard.</summary>
/// <param name="Document">The document.</param>
/// <param name="Start">The first token, counted over all documents of the shard.</param>
/// <param name="Length">How many tokens.</param>
public readonly record struct TokenWindow(int Document, long Start, int Length);
