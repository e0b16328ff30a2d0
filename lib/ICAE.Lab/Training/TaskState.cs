namespace ICAE.Lab.Training;

/// <summary>What a task must remember beside its weights. Random numbers need no state: they are a function of seed and step.</summary>
/// <param name="RowCursor">Windows that rows have taken from the shard.</param>
/// <param name="TextCursor">Windows that texts have taken from the shard.</param>
/// <param name="Ladder">Where the ladder stands, if there is one.</param>
public sealed record TaskState(long RowCursor, long TextCursor, LadderState? Ladder);
