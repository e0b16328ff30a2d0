using System.Text;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Notebooks.Tests;

public sealed class NotebookDocumentTests
{
    private const string Full = """
        {
         "cells": [
          {
           "attachments": {
            "a.png": {
             "image/png": "AAAA"
            }
           },
           "cell_type": "markdown",
           "id": "one",
           "metadata": {},
           "source": [
            "# Title\n",
            "\n",
            "text é 😀 \\ \" \u0001"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 3,
           "id": "two",
           "metadata": {
            "own": {
             "a": [
              1,
              2.5,
              null
             ]
            },
            "tags": [
             "x"
            ]
           },
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "a\n",
              "b\n"
             ]
            },
            {
             "data": {
              "application/json": {
               "x": [
                "kept\n",
                "apart"
               ]
              },
              "image/png": "AAAA\n",
              "text/html": [
               "<b>\n",
               "</b>"
              ]
             },
             "metadata": {},
             "output_type": "display_data"
            },
            {
             "ename": "E",
             "evalue": "v",
             "output_type": "error",
             "traceback": [
              "1\n2",
              "3"
             ]
            }
           ],
           "source": []
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": "P",
           "language": "python",
           "name": "python3"
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    [Fact]
    public void A_file_that_Jupyter_wrote_is_written_byte_for_byte() => Assert.Equal(Full, Parse(Full).ToJson());

    [Fact]
    public void Cells_are_read()
    {
        var document = Parse(Full);

        Assert.Equal("python3", document.KernelName);
        Assert.Equal("# Title\n\ntext é 😀 \\ \" \u0001", document.Cells[0].Source);
        Assert.Equal(["x"], document.Cells[1].Tags);
        Assert.Equal(3, document.Cells[1].ExecutionCount);
        Assert.Equal("a\nb\n", document.Cells[1].Outputs[0]["text"]!.ToString());
        Assert.Equal("<b>\n</b>", document.Cells[1].Outputs[1]["data"]!["text/html"]!.ToString());
    }

    [Fact]
    public void Clearing_leaves_everything_else()
    {
        var document = Parse(Full);
        document.Cells.Add(Notebooks.Code("x = 1", NotebookParameters.InjectedTag));

        document.Clear();

        Assert.Equal(2, document.Cells.Count);
        Assert.Empty(document.Cells[1].Outputs);
        Assert.Null(document.Cells[1].ExecutionCount);
        Assert.NotNull(document.Cells[1].Metadata["own"]);
    }

    [Fact]
    public void Older_files_get_ids_that_stay_the_same()
    {
        var old = """{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "a"}, {"cell_type": "markdown", "metadata": {}, "source": "a"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 0}""";

        var written = Parse(old).ToJson();

        Assert.Equal(written, Parse(old).ToJson());
        Assert.Equal(5, JsonNode.Parse(written)!["nbformat_minor"]!.GetValue<int>());
        Assert.Equal(2, Parse(written).Cells.Select(cell => cell.Id).Distinct().Count());
    }

    [Fact]
    public void A_newer_minor_version_stays_one_with_its_fields()
    {
        var newer = """{"cells": [{"cell_type": "raw", "id": "a", "later": [1], "metadata": {}, "source": ""}], "future": true, "metadata": {}, "nbformat": 4, "nbformat_minor": 9}""";

        var written = JsonNode.Parse(Parse(newer).ToJson())!;

        Assert.Equal(9, written["nbformat_minor"]!.GetValue<int>());
        Assert.Equal("true", written["future"]!.ToJsonString());
        Assert.Equal("[1]", written["cells"]![0]!["later"]!.ToJsonString());
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "no object")]
    [InlineData("{\n \"cells\": [}", "line 2, byte 12")]
    [InlineData("{}", "nbformat")]
    [InlineData("""{"nbformat": 3, "nbformat_minor": 0, "worksheets": []}""", "version 3")]
    [InlineData("""{"nbformat": 5, "nbformat_minor": 0, "cells": []}""", "version 5")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5}""", "cells")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5, "nbformat": 4}""", "JSON")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5, "cells": [1]}""", "cell 1")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "heading", "source": ""}]}""", "cell_type")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "raw", "source": [1]}]}""", "source")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "source": "", "outputs": [{}]}]}""", "output_type")]
    [InlineData("""{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "stream", "text": 1}]}]}""", "stream")]
    public void What_is_wrong_is_named(string json, string named)
    {
        var error = Assert.Throws<NotebookException>(() => Parse(json));

        Assert.StartsWith("some.ipynb: ", error.Message);
        Assert.Contains(named, error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Fact]
    public void Deep_nesting_and_broken_texts_are_refused_without_a_crash()
    {
        Assert.Throws<NotebookException>(() => Parse("{\"a\":" + new string('[', 100_000)));
        Assert.Throws<NotebookException>(() => NotebookDocument.Parse(new byte[] { (byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}' }, "some.ipynb"));
        Assert.Throws<NotebookException>(() => NotebookDocument.Read("/no/such/file.ipynb"));
    }

    [Fact]
    public void What_a_link_leads_to_is_replaced_and_not_the_link_and_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows())
            return;

        using var folder = new TemporaryFolder();
        var file = folder.File("real.ipynb");
        File.WriteAllText(file, "old");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(folder.File("link.ipynb"), file);

        Parse(Full).Write(folder.File("link.ipynb"));
        Parse(Full).Write("/dev/null");

        Assert.Equal(file, new FileInfo(folder.File("link.ipynb")).LinkTarget);
        Assert.Equal(Parse(Full).ToJson(), File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [SkippableFact]
    public void Jupyters_own_check_accepts_what_is_written()
    {
        using var folder = new TemporaryFolder();
        var document = Parse(Full);
        document.Cells.Add(Notebooks.Code("x = 1\n"));
        document.Write(folder.File("a.ipynb"));
        var script = "import nbformat, sys\nn = nbformat.read(sys.argv[1], as_version=4)\nnbformat.validate(n)\nassert open(sys.argv[1], encoding='utf-8').read() == nbformat.writes(n) + '\\n'\nprint('valid')";

        Assert.Equal("valid", Python.Run(script, folder.File("a.ipynb")).Trim());
    }

    private static NotebookDocument Parse(string json) => NotebookDocument.Parse(Encoding.UTF8.GetBytes(json), "some.ipynb");
}
