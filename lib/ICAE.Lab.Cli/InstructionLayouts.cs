using System.CommandLine;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Tokens;

namespace ICAE.Lab.Cli;

/// <summary>The layouts of prompts by their names on the command line.</summary>
internal static class InstructionLayouts
{
    private const string First = "version-1";
    private const string Second = "version-2";
    private const string Third = "lines";

    /// <summary>The option that names one.</summary>
    public static Option<string?> Option(string description)
    {
        var option = new Option<string?>("--prompt-layout") { Description = $"{description}: {First} (slots [FT] prompt [FT] answer), {Second} ([INST] slots [FT] prompt [/INST] answer) or {Third} (slots [FT] prompt, and the answer on a line of its own: for a base that has read questions so).", HelpName = "LAYOUT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && name is not (First or Second or Third))
                result.AddError($"--prompt-layout: '{name}' is none of {First}, {Second} and {Third}.");
        });
        return option;
    }

    /// <summary>The layout of a name; <see langword="null"/> for no name.</summary>
    public static InstructionLayout? Of(string? name, ITextTokenizer tokenizer) => name switch
    {
        First => InstructionLayout.Version1,
        Second => InstructionLayout.Version2(tokenizer),
        Third => InstructionLayout.Lines(tokenizer),
        _ => null,
    };
}
