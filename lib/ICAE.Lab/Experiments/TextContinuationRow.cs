namespace ICAE.Lab.Experiments;

/// <summary>What so many tokens of text on so many slots are worth to what follows: a row of the paper's Table 1, with what is needed to judge it.</summary>
/// <param name="Model">The autoencoder's name.</param>
/// <param name="BaseKind">What its base had learned: a number means nothing without it.</param>
/// <param name="Tokens">Tokens of each text.</param>
/// <param name="Slots">Slots of each text.</param>
/// <param name="Texts">How many there were.</param>
/// <param name="Text">Perplexity, teacher-forced, behind the text itself.</param>
/// <param name="Memory">Perplexity behind its slots.</param>
/// <param name="MemoryLow">The lower end of its 95 % interval.</param>
/// <param name="MemoryHigh">The upper end of its 95 % interval.</param>
/// <param name="OtherMemory">Perplexity behind another text's slots; NaN where there is one text.</param>
/// <param name="Nothing">Perplexity behind nothing.</param>
/// <param name="PaperText">The paper's perplexity behind the text, of another model and more tokens; <see langword="null"/> for a rate that its table lacks.</param>
/// <param name="PaperMemory">The paper's perplexity behind slots, likewise.</param>
public sealed record TextContinuationRow(
    string Model,
    string BaseKind,
    int Tokens,
    int Slots,
    int Texts,
    double Text,
    double Memory,
    double MemoryLow,
    double MemoryHigh,
    double OtherMemory,
    double Nothing,
    double? PaperText,
    double? PaperMemory);
