namespace ICAE.Lab.Training;

/// <summary>How a run ended for now.</summary>
public enum RunStatus
{
    /// <summary>All updates are made.</summary>
    Completed,

    /// <summary>It was stopped and can be resumed.</summary>
    Stopped,
}
