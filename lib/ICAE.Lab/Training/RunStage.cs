namespace ICAE.Lab.Training;

/// <summary>Where a run that works on a thread of its own stands.</summary>
public enum RunStage
{
    /// <summary>Texts are turned into tokens, and the compute type is measured.</summary>
    Preparing,

    /// <summary>Updates are made.</summary>
    Training,

    /// <summary>All updates are made, and the model is written.</summary>
    Completed,

    /// <summary>It was stopped and saved.</summary>
    Stopped,

    /// <summary>It ended by an error; the last checkpoint is kept.</summary>
    Failed,
}
