using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>What memories are worth to what follows their texts.</summary>
/// <param name="Model">The autoencoder's name.</param>
/// <param name="BaseKind">What its base was prepared for.</param>
/// <param name="Settings">How it was measured.</param>
/// <param name="Kinds">Scores by kind of text.</param>
public sealed record ContinuationResult(string Model, BaseKind BaseKind, ContinuationSettings Settings, IReadOnlyList<ContinuationKind> Kinds);
