namespace ICAE.Lab.Experiments;

/// <summary>A kind of text in <see cref="OrdinaryPatternedRandom"/>: a row of the paper's Table 3, with what is needed to judge it.</summary>
/// <param name="Kind">The kind of text.</param>
/// <param name="Texts">How many were restored.</param>
/// <param name="TokensPerSlot">Tokens a slot, as used.</param>
/// <param name="Bleu">BLEU-4 on ids, free-running: the mean over texts, 0 to 1.</param>
/// <param name="BleuLow">The lower end of its 95 % interval.</param>
/// <param name="BleuHigh">The upper end of its 95 % interval.</param>
/// <param name="BleuWithoutMemory">The true zero: the best that was reached without memory of the text.</param>
/// <param name="BleuFromContext">The ceiling: the text itself in the context, to be copied.</param>
/// <param name="Accuracy">Tokens that are the likeliest, teacher-forced.</param>
/// <param name="Loss">Nats a token, teacher-forced.</param>
/// <param name="PaperBleu">The paper's BLEU, of another model at another length; <see langword="null"/> for a kind that its table lacks.</param>
/// <param name="PaperLoss">The paper's loss, likewise.</param>
public sealed record KindOfTextRow(
    string Kind,
    int Texts,
    double TokensPerSlot,
    double Bleu,
    double BleuLow,
    double BleuHigh,
    double BleuWithoutMemory,
    double BleuFromContext,
    double Accuracy,
    double Loss,
    double? PaperBleu,
    double? PaperLoss);
