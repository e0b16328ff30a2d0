using ICAE.Lab.Data.Words;

namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>One word of a free-running restoration that is not as it was.</summary>
/// <param name="TextId">The text.</param>
/// <param name="Place">The place among the original's words, from 0; for an insertion that of the word before which it stands.</param>
/// <param name="Difference">How it differs.</param>
/// <param name="Original">The original word; empty for an insertion.</param>
/// <param name="Restored">The restored word; empty for an omission.</param>
/// <param name="Kind">The kind of the original word, or of the one that was inserted.</param>
public sealed record WordDifference(string TextId, int Place, DifferenceKind Difference, string Original, string Restored, WordKind Kind);
