using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;
using ICAE.Lab.Notebooks;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Notebooks for tests.</summary>
internal static class NotebookFile
{
    public static NotebookDocument Python(params string[] code) => Of("python3", "python", code);

    public static NotebookDocument CSharp(params string[] code) => Of(NotebookKernels.CSharp, "C#", code);

    /// <summary>Marks a cell.</summary>
    public static NotebookDocument Tag(this NotebookDocument document, int index, string tag)
    {
        document.Cells[index].Metadata["tags"] = new JsonArray(tag);
        return document;
    }

    public static string Write(this NotebookDocument document, TemporaryFolder folder, string name)
    {
        document.Write(folder.Path(name));
        return folder.Path(name);
    }

    /// <summary>Skips the test where IPython's kernel is missing.</summary>
    public static void NeedPython() => Skip.If(new KernelSpecStore().Find("python3") is null, "No Jupyter kernel named python3 is installed (Debian: python3-ipykernel).");

    private static NotebookDocument Of(string kernel, string language, string[] code)
    {
        var document = new NotebookDocument();
        document.Metadata["kernelspec"] = new JsonObject { ["display_name"] = kernel, ["language"] = language, ["name"] = kernel };
        foreach (var source in code)
            document.Cells.Add(new NotebookCell(NotebookCellKind.Code, source));

        return document;
    }
}
