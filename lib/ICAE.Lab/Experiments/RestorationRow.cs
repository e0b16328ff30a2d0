namespace ICAE.Lab.Experiments;

/// <summary>How well a model restores a kind of text at a length: a point of a curve, or a bar.</summary>
/// <param name="Model">The autoencoder's name.</param>
/// <param name="BaseKind">What its base had learned: a number means nothing without it.</param>
/// <param name="Kind">The kind of text.</param>
/// <param name="Tokens">Tokens of each text.</param>
/// <param name="TokensPerSlot">Tokens a slot, as used.</param>
/// <param name="Texts">How many were restored.</param>
/// <param name="Bleu">BLEU-4 on ids, free-running: the mean over texts, 0 to 1.</param>
/// <param name="BleuLow">The lower end of its 95 % interval.</param>
/// <param name="BleuHigh">The upper end of its 95 % interval.</param>
/// <param name="BleuWithoutMemory">The true zero: the best that was reached without memory of the text.</param>
/// <param name="BleuFromContext">The ceiling: the text itself in the context, to be copied.</param>
/// <param name="Accuracy">Tokens that are the likeliest, teacher-forced.</param>
/// <param name="Loss">Nats a token, teacher-forced.</param>
public sealed record RestorationRow(
    string Model,
    string BaseKind,
    string Kind,
    int Tokens,
    double TokensPerSlot,
    int Texts,
    double Bleu,
    double BleuLow,
    double BleuHigh,
    double BleuWithoutMemory,
    double BleuFromContext,
    double Accuracy,
    double Loss);
