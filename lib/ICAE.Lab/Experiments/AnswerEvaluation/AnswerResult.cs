using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>How well questions about texts are answered.</summary>
/// <param name="Model">The autoencoder's name.</param>
/// <param name="BaseKind">What its base was prepared for.</param>
/// <param name="IsTrainedToAnswer">Whether the autoencoder was trained to answer prompts.</param>
/// <param name="Settings">How it was measured.</param>
/// <param name="Skipped">Questions that were too long: their text for the settings or the autoencoder, prompt and answer for the settings, or all of it for the base.</param>
/// <param name="Texts">Different texts that were asked about.</param>
/// <param name="TokensPerSlot">Tokens of these texts for each of their slots.</param>
/// <param name="All">All questions together.</param>
/// <param name="Kinds">The questions by their kinds, in the order in which these first appear; empty where no question has one.</param>
public sealed record AnswerResult(
    string Model,
    BaseKind BaseKind,
    bool IsTrainedToAnswer,
    AnswerSettings Settings,
    int Skipped,
    int Texts,
    double TokensPerSlot,
    AnswerKind All,
    IReadOnlyList<AnswerKind> Kinds);
