namespace ICAE.Lab.Training;

/// <summary>Where a run stands on its ladder.</summary>
/// <param name="Rung">The hardest open rung.</param>
/// <param name="Accuracy">The running accuracy on it.</param>
/// <param name="Measurements">How many measurements that is made of.</param>
public sealed record LadderState(int Rung, double Accuracy, long Measurements);
