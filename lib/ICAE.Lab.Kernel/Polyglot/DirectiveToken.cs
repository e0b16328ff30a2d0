namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>A word behind a command.</summary>
/// <param name="Text">The word, without the quotes it stood in.</param>
/// <param name="Quote">The quote it stood in; <c>'\0'</c> if in none.</param>
/// <param name="IsOption">Whether it is an option's name.</param>
internal sealed record DirectiveToken(string Text, char Quote, bool IsOption);
