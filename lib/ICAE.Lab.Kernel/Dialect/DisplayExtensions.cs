using Microsoft.DotNet.Interactive;

namespace System;

/// <summary>Shows values by a call behind them, as in .NET Interactive.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The forms to show it in; none for those that its type prefers.</param>
    /// <returns>The display, to replace it later.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => Kernel.display(value, mimeTypes);

    /// <summary>Shows a text in a form, as it is.</summary>
    /// <param name="value">The text.</param>
    /// <param name="mimeType">The form, as <c>text/markdown</c>.</param>
    /// <returns>The display, to replace it later.</returns>
    public static DisplayedValue DisplayAs(this string value, string mimeType)
    {
        ArgumentException.ThrowIfNullOrEmpty(mimeType);
        return mimeType == "text/html" ? Kernel.display(Kernel.HTML(value), mimeType) : Kernel.display(value, mimeType);
    }
}
