namespace ICAE.Lab.Training;

/// <summary>One measured value of a run.</summary>
/// <param name="Step">Updates made before it.</param>
/// <param name="Name">What was measured, as in the run's log: <c>ae_loss</c>, <c>validation_ae_bleu_64</c> and so on.</param>
/// <param name="Value">The value: losses in nats a token; accuracies and BLEU from 0 to 1.</param>
public sealed record RunPoint(long Step, string Name, double Value);
