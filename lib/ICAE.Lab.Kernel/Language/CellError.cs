namespace ICAE.Lab.Kernel.Language;

/// <summary>Why a cell failed, as the protocol has it.</summary>
/// <param name="Name">The kind of error.</param>
/// <param name="Value">What happened.</param>
/// <param name="Traceback">What to show, line by line.</param>
internal sealed record CellError(string Name, string Value, IReadOnlyList<string> Traceback)
{
    public static CellError Interrupted(string? note) => new(
        "Interrupted",
        "The cell was interrupted.",
        note is null ? ["The cell was interrupted."] : ["The cell was interrupted.", note]);
}
