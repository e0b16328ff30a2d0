namespace ICAE.Lab.Tests.Tokens;

internal sealed record ReferenceCase(string Text, int[] Ids, string Decoded);
