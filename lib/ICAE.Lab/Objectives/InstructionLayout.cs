namespace ICAE.Lab.Objectives;

/// <summary>The ids around slots and prompt in an instruction example.</summary>
/// <param name="Before">Before the slots.</param>
/// <param name="AfterPrompt">Between prompt and answer; <see langword="null"/> for a second [FT].</param>
public sealed record InstructionLayout(IReadOnlyList<int> Before, IReadOnlyList<int>? AfterPrompt)
{
    /// <summary>Version 1 of the published code: slots [FT] prompt [FT] answer.</summary>
    public static InstructionLayout Version1 { get; } = new([], null);

    /// <summary>Version 2 with Mistral's ids: &lt;s&gt; [INST] slots [FT] prompt [/INST] answer.</summary>
    public static InstructionLayout Version2Mistral { get; } = new([1, 733, 16289, 28793], [733, 28748, 16289, 28793]);
}
