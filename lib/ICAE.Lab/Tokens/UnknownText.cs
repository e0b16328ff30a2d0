namespace ICAE.Lab.Tokens;

/// <summary>What becomes of a character that is not in the vocabulary.</summary>
/// <param name="ByteIds">The id of each byte, where characters fall back to their UTF-8 bytes.</param>
/// <param name="UnknownId">The id that stands for it otherwise; without one it is left out.</param>
/// <param name="Fuse">Whether unknown characters in a row become one id.</param>
internal sealed record UnknownText(IReadOnlyList<int>? ByteIds, int? UnknownId, bool Fuse);
