using System.Text.Json;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Notebooks;

/// <summary>
/// A notebook in Jupyter's file format, version 4. It is written as 4.5, with an id for each cell, keys in order and indented as Jupyter
/// writes it; fields that are not known here are kept.
/// </summary>
public sealed class NotebookDocument
{
    /// <summary>Creates an empty notebook.</summary>
    public NotebookDocument()
        : this([], [], NotebookWriter.Minor)
    {
    }

    internal NotebookDocument(JsonObject metadata, JsonObject otherFields, int minor)
    {
        Metadata = metadata;
        OtherFields = otherFields;
        Minor = minor;
    }

    /// <summary>What is said about the notebook: kernel, language.</summary>
    public JsonObject Metadata { get; }

    /// <summary>The cells in their order.</summary>
    public IList<NotebookCell> Cells { get; } = [];

    /// <summary>The name of the kernel spec it is for, if it says so.</summary>
    public string? KernelName => Text(Metadata["kernelspec"], "name");

    /// <summary>The language of its code cells in lower case, as <c>c#</c> or <c>python</c>; empty if it does not say.</summary>
    public string Language => (Text(Metadata["kernelspec"], "language") ?? Text(Metadata["language_info"], "name") ?? "").ToLowerInvariant();

    /// <summary>The minor version of the format that the file had.</summary>
    internal int Minor { get; }

    internal JsonObject OtherFields { get; }

    /// <summary>Reads a notebook.</summary>
    /// <param name="path">The file, at most 256 MiB.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="NotebookException">The file cannot be read, is malformed, or has a major version other than 4.</exception>
    public static NotebookDocument Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return NotebookReader.Read(path);
    }

    /// <summary>Parses a notebook.</summary>
    /// <param name="json">The JSON in UTF-8.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="NotebookException">It is malformed, or has a major version other than 4.</exception>
    public static NotebookDocument Parse(ReadOnlyMemory<byte> json, string path) => NotebookReader.Parse(json, path);

    /// <summary>Writes the notebook beside and renames it.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="JupyterException">It cannot be written.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SmallFile.Write(path, ToJson(), secret: false);
    }

    /// <summary>The notebook as its file would be.</summary>
    /// <returns>JSON, with a line break at its end.</returns>
    public string ToJson() => NotebookWriter.Write(this);

    /// <summary>Removes the outputs and numbers of all cells, the cells that parameters were put into, and the state of widgets.</summary>
    public void Clear()
    {
        NotebookParameters.RemoveInjected(this);
        Metadata.Remove("widgets");
        foreach (var cell in Cells)
            cell.Clear();
    }

    private static string? Text(JsonNode? owner, string name) =>
        owner is JsonObject json && json[name] is { } node && node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
