namespace ICAE.Lab.Jupyter;

/// <summary>A kernel's question to the user.</summary>
/// <param name="Prompt">What it asks.</param>
/// <param name="Password">Whether the answer is not to be shown.</param>
public sealed record InputRequest(string Prompt, bool Password);
