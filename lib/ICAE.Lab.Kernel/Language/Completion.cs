namespace ICAE.Lab.Kernel.Language;

/// <summary>What could stand at a place.</summary>
/// <param name="Items">The possibilities, the likely ones first.</param>
/// <param name="Start">Where the text begins that they replace, in characters of the cell.</param>
/// <param name="End">Where it ends.</param>
internal sealed record Completion(IReadOnlyList<CompletionItem> Items, int Start, int End);
