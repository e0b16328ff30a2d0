namespace ICAE.Lab.Kernel.Language;

/// <summary>Where a cell's output goes. Called from any thread, also after the cell has ended.</summary>
internal interface ICellOutput
{
    /// <summary>Text for standard output or standard error.</summary>
    void Stream(bool error, string text);

    /// <summary>A display, or the new content of one that is there.</summary>
    /// <param name="content">What to show.</param>
    /// <param name="displayId">The display's id, to replace it later; <see langword="null"/> if it never will be.</param>
    /// <param name="replace">Whether the display of that id is replaced.</param>
    void Display(MimeBundle content, string? displayId, bool replace);

    /// <summary>The value of the cell's last expression.</summary>
    void Result(MimeBundle content);

    /// <summary>Removes what the cell has shown.</summary>
    /// <param name="wait">Whether to wait until there is something new to show.</param>
    void Clear(bool wait);

    /// <summary>Asks the user for a line.</summary>
    /// <param name="prompt">The question.</param>
    /// <param name="password">Whether the answer is not to be shown.</param>
    /// <returns>The answer, when there is one.</returns>
    /// <exception cref="InvalidOperationException">There is nobody to ask.</exception>
    Task<string> AskAsync(string prompt, bool password);

    /// <summary>A message that another kernel has published for this cell, passed on as it is.</summary>
    void Forward(string type, System.Text.Json.Nodes.JsonObject content, System.Text.Json.Nodes.JsonObject metadata);
}
