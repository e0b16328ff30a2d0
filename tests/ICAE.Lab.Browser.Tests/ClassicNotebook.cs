using System.Text.Json;

namespace ICAE.Lab.Browser.Tests;

/// <summary>A notebook that is open in the classic Jupyter Notebook.</summary>
internal sealed class ClassicNotebook
{
    private const string Codes = "Jupyter.notebook.get_cells().filter(function (cell) { return cell.cell_type === 'code'; })";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(8);

    private readonly BrowserPage _page;

    private ClassicNotebook(BrowserPage page) => _page = page;

    /// <summary>Opens a notebook and waits for its kernel.</summary>
    public static async Task<ClassicNotebook> OpenAsync(BrowserPage page, JupyterServer server, string name)
    {
        await page.GoAsync(server.Address(name));
        try
        {
            await page.WaitAsync(
                "window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected() && Jupyter.notebook.kernel.info_reply.status === 'ok'",
                "the notebook's kernel",
                StartLimit);
        }
        catch (BrowserException error)
        {
            throw new BrowserException($"{error.Message}\n{server.Log}");
        }

        return new ClassicNotebook(page);
    }

    /// <summary>Runs all cells by the menu's command and waits until the last has ended.</summary>
    /// <returns>What the code cells gave.</returns>
    public async Task<ClassicCell[]> RunAsync()
    {
        await _page.EvaluateAsync("Jupyter.notebook.execute_all_cells()");
        return await EndAsync();
    }

    /// <summary>Starts a cell.</summary>
    /// <param name="index">Its place among all cells, the first being 0.</param>
    public Task StartAsync(int index) => _page.EvaluateAsync($"Jupyter.notebook.execute_cells([{index}])");

    /// <summary>Waits until no cell runs.</summary>
    /// <returns>What the code cells gave.</returns>
    public async Task<ClassicCell[]> EndAsync()
    {
        // A reply can overtake the word that the kernel is busy, and the outputs: a cell has ended when both its reply and the word that the kernel is idle again have come.
        const string Ended = "!Jupyter.notebook.kernel_busy && " + Codes + """
            .every(function (cell) {
                var told = cell.last_msg_id && Jupyter.notebook.kernel.get_callbacks_for_msg(cell.last_msg_id);
                return cell.input_prompt_number !== '*' && (!told || (told.shell_done && told.iopub_done));
            })
            """;
        await _page.WaitAsync(Ended, "the end of the last cell", RunLimit);
        return await CellsAsync();
    }

    /// <summary>Waits until the kernel is at work and interrupts it, as the button with the square does.</summary>
    public async Task InterruptAsync()
    {
        await _page.WaitAsync("Jupyter.notebook.kernel_busy", "the kernel's beginning");
        await _page.EvaluateAsync("Jupyter.notebook.kernel.interrupt()");
    }

    /// <summary>What the code cells gave.</summary>
    private async Task<ClassicCell[]> CellsAsync() => (await _page.EvaluateAsync($$"""
        {{Codes}}.map(function (cell) {
          return {
            source: cell.get_text(), count: typeof cell.input_prompt_number === "number" ? cell.input_prompt_number : null,
            error: cell.output_area.outputs.filter(function (o) { return o.output_type === "error"; }).map(function (o) { return o.ename + ": " + o.evalue; }).join("; "),
            text: cell.output_area.element[0].innerText.trim()
          };
        })
        """)).Deserialize<ClassicCell[]>()!;

    /// <summary>Saves the notebook with its outputs.</summary>
    public Task SaveAsync() => _page.EvaluateAsync("Jupyter.notebook.save_notebook().then(function () { return true; })");
}
