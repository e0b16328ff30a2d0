using ICAE.Lab.Tokens;

namespace ICAE.Lab.Autoencoder;

/// <summary>The ids around slots, prompt and answer in an instruction example.</summary>
/// <param name="Before">Before the slots.</param>
/// <param name="AfterPrompt">Between prompt and answer; <see langword="null"/> for a second [FT].</param>
/// <param name="AnswerEnd">What ends an answer; <see langword="null"/> for what ends a text.</param>
public sealed record InstructionLayout(IReadOnlyList<int> Before, IReadOnlyList<int>? AfterPrompt, int? AnswerEnd = null)
{
    /// <summary>All ids that it names.</summary>
    public IEnumerable<int> Ids => [.. Before, .. AfterPrompt ?? [], .. AnswerEnd is { } end ? (int[])[end] : []];

    /// <summary>Version 1 of the published code: slots [FT] prompt [FT] answer.</summary>
    public static InstructionLayout Version1 { get; } = new([], null);

    /// <summary>Version 2 of the published code for any tokenizer: [INST] slots [FT] prompt [/INST] answer, with what the tokenizer puts before a text.</summary>
    /// <param name="tokenizer">The base's tokenizer; with Mistral's this is <see cref="Version2Mistral"/>.</param>
    /// <returns>The layout.</returns>
    public static InstructionLayout Version2(ITextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new InstructionLayout(tokenizer.Encode("[INST]", addSpecialTokens: true), tokenizer.Encode("[/INST]"));
    }

    /// <summary>Version 2 with Mistral's ids: &lt;s&gt; [INST] slots [FT] prompt [/INST] answer.</summary>
    public static InstructionLayout Version2Mistral { get; } = new([1, 733, 16289, 28793], [733, 28748, 16289, 28793]);

    /// <summary>
    /// Lines, as stories with questions behind them are written (<c>icae data stories --asked</c>): slots [FT] prompt, line feed, answer, line feed. For a base that has read questions and answers so, and no
    /// end of a text behind an answer.
    /// </summary>
    /// <param name="tokenizer">The base's tokenizer.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="ConfigurationException">The tokenizer has no one token for a line feed.</exception>
    public static InstructionLayout Lines(ITextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer.Encode("\n") is [var line]
            ? new InstructionLayout([], [line], line)
            : throw new ConfigurationException("The tokenizer has no one token for a line feed, so a line does not show where an answer ends; choose another layout.");
    }

    /// <summary>What stands between slots and answer.</summary>
    /// <param name="ids">The autoencoder's special ids.</param>
    /// <param name="prompt">The prompt.</param>
    /// <returns>[FT] prompt, and what follows the prompt.</returns>
    public int[] Behind(SpecialIds ids, IReadOnlyList<int> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return [ids.FineTune, .. prompt, .. AfterPrompt ?? [ids.FineTune]];
    }
}
