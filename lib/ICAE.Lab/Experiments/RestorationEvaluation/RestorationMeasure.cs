namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>What is measured of each restored text. A mean of it over texts is a result.</summary>
public enum RestorationMeasure
{
    /// <summary>Sentence BLEU-4 on ids of what was written free-running, 0 to 1.</summary>
    BleuIds,

    /// <summary>Sentence BLEU on words (sacreBLEU, tokenizer 13a) of what was written free-running, 0 to 1.</summary>
    BleuWords,

    /// <summary>The share of the text's tokens that are the likeliest, teacher-forced: each is predicted from the right tokens before it.</summary>
    Accuracy,

    /// <summary>Nats a token, teacher-forced, from float32 logits.</summary>
    Loss,

    /// <summary>The share of tokens that are right at their own place in what was written free-running.</summary>
    AccuracyFree,

    /// <summary>How far what was written free-running is right from its start, as a share of the text: the paper's EM.</summary>
    Prefix,
}
