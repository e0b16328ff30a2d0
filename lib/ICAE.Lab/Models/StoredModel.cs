namespace ICAE.Lab.Models;

/// <summary>A model that was found in a store.</summary>
/// <param name="Name">The name by which it is found, with <c>/</c> between folders.</param>
/// <param name="Path">Its folder or file.</param>
/// <param name="Kind">What it is, by the files that are there; none is opened.</param>
public sealed record StoredModel(string Name, string Path, StoredModelKind Kind);
