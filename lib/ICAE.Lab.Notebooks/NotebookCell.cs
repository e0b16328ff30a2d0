using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Notebooks;

/// <summary>A cell of a notebook.</summary>
public sealed class NotebookCell
{
    /// <summary>Creates a cell.</summary>
    /// <param name="kind">What it holds.</param>
    /// <param name="source">Its text.</param>
    /// <param name="id">Its id: 1 to 64 letters, digits, <c>-</c> and <c>_</c>, unlike those of the other cells; made up if <see langword="null"/>.</param>
    public NotebookCell(NotebookCellKind kind, string source, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Kind = kind;
        Source = source;
        Id = id ?? Guid.NewGuid().ToString("N")[..8];
    }

    /// <summary>What it holds.</summary>
    public NotebookCellKind Kind { get; }

    /// <summary>Its id, unlike those of the other cells.</summary>
    public string Id { get; internal set; }

    /// <summary>Its text, lines divided by <c>\n</c>.</summary>
    public string Source { get; set; }

    /// <summary>What is said about it.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>The number of its last execution; code cells only.</summary>
    public int? ExecutionCount { get; set; }

    /// <summary>Its outputs as the file format has them, texts in one piece; code cells only.</summary>
    public IList<JsonObject> Outputs { get; } = [];

    /// <summary>The tags in its metadata.</summary>
    public IReadOnlyList<string> Tags => Metadata["tags"] is JsonArray tags
        ? [.. tags.Where(tag => tag?.GetValueKind() == JsonValueKind.String).Select(tag => tag!.GetValue<string>())]
        : [];

    /// <summary>Fields that are kept as they are: attachments, and what the format does not know.</summary>
    internal JsonObject OtherFields { get; init; } = [];

    /// <summary>Removes outputs, the number, and the times of the last execution.</summary>
    public void Clear()
    {
        Outputs.Clear();
        ExecutionCount = null;
        Metadata.Remove("execution");
    }
}
