namespace ICAE.Lab.Tokens;

/// <summary>A piece of a SentencePiece model; its place is its id.</summary>
/// <param name="Text">Its text, with U+2581 for a space.</param>
/// <param name="Score">Of two possible merges the one with the higher score goes first.</param>
/// <param name="Type">What it stands for.</param>
internal readonly record struct SentencePiece(string Text, float Score, SentencePieceType Type);
