namespace ICAE.Lab.Data.HeldOut;

/// <summary>A sentence that was cut out.</summary>
/// <param name="From">The training text.</param>
/// <param name="SharedWith">The held-out text.</param>
/// <param name="Text">The sentence.</param>
public sealed record RemovedSentence(string From, string SharedWith, string Text);
