using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Notebooks;

/// <summary>A notebook to be executed.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Document">What was read from it, with the parameters' values.</param>
/// <param name="Output">Where it goes with its outputs; <see langword="null"/> for nowhere.</param>
/// <param name="Html">Where its page goes; <see langword="null"/> for nowhere.</param>
internal sealed record NotebookJob(string Path, NotebookDocument Document, string? Output, string? Html)
{
    /// <summary>Writes what is to be written.</summary>
    public void Save()
    {
        if (Output is not null)
            Document.Write(Output);

        if (Html is not null)
            NotebookHtml.Write(Document, Path, Html);
    }
}
