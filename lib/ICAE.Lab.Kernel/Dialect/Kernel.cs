using ICAE.Lab.Kernel.Language;
using Microsoft.AspNetCore.Html;

namespace Microsoft.DotNet.Interactive;

/// <summary>What cells can call by name, as in .NET Interactive. Everything belongs to the cell whose code calls.</summary>
public static class Kernel
{
    /// <summary>Cancelled when the user interrupts the cell. A second later its loops end where they stand.</summary>
    public static CancellationToken Cancellation => CellRun.Current?.Cancellation ?? CancellationToken.None;

    /// <summary>Shows a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The forms to show it in; none for those that its type prefers. A text is shown as it is in any form but HTML.</param>
    /// <returns>The display, to replace it later.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes)
    {
        ArgumentNullException.ThrowIfNull(mimeTypes);
        var displayed = new DisplayedValue(mimeTypes);
        displayed.Show(value, replace: false);
        return displayed;
    }

    /// <summary>Marks a text as HTML.</summary>
    /// <param name="content">The HTML.</param>
    /// <returns>Content that is shown as HTML.</returns>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Runs JavaScript in the page that shows the notebook.</summary>
    /// <param name="content">The JavaScript.</param>
    public static void Javascript(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        display(HTML(JavaScriptLanguage.Element(content)));
    }

    /// <summary>Adds a style sheet to the page that shows the notebook.</summary>
    /// <param name="content">The CSS.</param>
    public static void CSS(string content) => display(HTML($"<style>{content}</style>"));

    /// <summary>Removes what the cell has shown so far.</summary>
    /// <param name="wait">Whether to wait until there is something new to show, so that nothing flickers.</param>
    public static void ClearOutput(bool wait = false) => CellRun.Current?.Output.Clear(wait);

    /// <summary>Asks the user for a line.</summary>
    /// <param name="prompt">The question.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="InvalidOperationException">The front end cannot ask.</exception>
    public static Task<string> GetInputAsync(string prompt = "") => AskAsync(prompt, password: false);

    /// <summary>Asks the user for a secret, which is not shown while it is typed.</summary>
    /// <param name="prompt">The question.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="InvalidOperationException">The front end cannot ask.</exception>
    public static Task<string> GetPasswordAsync(string prompt = "") => AskAsync(prompt, password: true);

    private static Task<string> AskAsync(string prompt, bool password)
    {
        var run = CellRun.Current ?? throw new InvalidOperationException("Input can be asked for only by a cell.");
        return run.Output.AskAsync(prompt, password).WaitAsync(run.Cancellation);
    }
}
