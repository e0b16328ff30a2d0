namespace ICAE.Lab.Notebooks;

/// <summary>What a cell holds.</summary>
public enum NotebookCellKind
{
    /// <summary>Code for the kernel.</summary>
    Code,

    /// <summary>Text in Markdown.</summary>
    Markdown,

    /// <summary>Text that is left as it is.</summary>
    Raw,
}
