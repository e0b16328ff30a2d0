namespace ICAE.Lab.Notebooks.Checks;

/// <summary>Something in a notebook that would not run, or that drifts from the conventions.</summary>
/// <param name="Cell">The cell's place among all cells, from 1; <see langword="null"/> for the notebook as a whole.</param>
/// <param name="Rule">The short name of the rule.</param>
/// <param name="Message">What is wrong.</param>
public sealed record NotebookFinding(int? Cell, string Rule, string Message)
{
    /// <summary>Where, what, and the rule, in one line.</summary>
    public override string ToString() => $"{(Cell is { } number ? $"cell {number}: " : "")}{Message} ({Rule})";
}
