using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>What an evaluation of restorations found.</summary>
/// <param name="Model">The autoencoder's name.</param>
/// <param name="BaseKind">What its base had learned: a number means nothing without it.</param>
/// <param name="Settings">How it was measured.</param>
/// <param name="Kinds">The scores of each kind of text.</param>
/// <param name="Texts">Every text under every condition.</param>
public sealed record RestorationResult(
    string Model, BaseKind BaseKind, RestorationSettings Settings, IReadOnlyList<KindScores> Kinds, IReadOnlyList<RestoredText> Texts);
