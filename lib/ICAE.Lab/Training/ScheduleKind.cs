namespace ICAE.Lab.Training;

/// <summary>How the learning rate moves after the warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls in a straight line.</summary>
    Linear,

    /// <summary>It falls along half a cosine.</summary>
    Cosine,
}
