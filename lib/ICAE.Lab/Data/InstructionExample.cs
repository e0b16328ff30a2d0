namespace ICAE.Lab.Data;

/// <summary>A text, a prompt about it and the answer, as in the paper's Prompt-with-Context data set.</summary>
/// <param name="Input">The text that is put into memory.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Answer">The answer.</param>
public sealed record InstructionExample(string Input, string Prompt, string Answer)
{
    /// <summary>What kind of prompt it is ("kind" of a line), such as "who" or "where"; <see langword="null"/> where nothing is said.</summary>
    public string? Kind { get; init; }
}
