namespace ICAE.Lab.Data;

/// <summary>How far the writing of a token shard has come.</summary>
/// <param name="Documents">Documents finished.</param>
/// <param name="Tokens">Tokens written.</param>
/// <param name="Characters">UTF-16 code units read.</param>
public readonly record struct TokenShardProgress(int Documents, long Tokens, long Characters);
