using System.Text.Json.Nodes;

namespace ICAE.Lab.Notebooks.Tests;

/// <summary>Notebooks made of a few cells.</summary>
internal static class Notebooks
{
    public static NotebookDocument Python(params NotebookCell[] cells) => Of("python3", "python", cells);

    public static NotebookDocument CSharp(params NotebookCell[] cells) => Of(NotebookKernels.CSharp, "C#", cells);

    public static NotebookCell Code(string source, params string[] tags)
    {
        var cell = new NotebookCell(NotebookCellKind.Code, source);
        if (tags.Length > 0)
            cell.Metadata["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]);

        return cell;
    }

    public static NotebookCell Text(string source) => new(NotebookCellKind.Markdown, source);

    public static NotebookCell Shown(string mime, JsonNode data)
    {
        var cell = Code("x");
        cell.Outputs.Add(new JsonObject { ["output_type"] = "display_data", ["data"] = new JsonObject { [mime] = data }, ["metadata"] = new JsonObject() });
        return cell;
    }

    private static NotebookDocument Of(string kernel, string language, NotebookCell[] cells)
    {
        var document = new NotebookDocument();
        document.Metadata["kernelspec"] = new JsonObject { ["display_name"] = kernel, ["language"] = language, ["name"] = kernel };
        foreach (var cell in cells)
            document.Cells.Add(cell);

        return document;
    }
}
