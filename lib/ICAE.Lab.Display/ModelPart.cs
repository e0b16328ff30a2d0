namespace ICAE.Lab.Display;

/// <summary>A part of a model.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="IsAdded">Whether the autoencoder adds it to its base.</param>
public sealed record ModelPart(string Name, long Parameters, bool IsAdded);
