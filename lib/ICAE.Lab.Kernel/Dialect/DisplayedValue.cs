using ICAE.Lab.Kernel.Language;

namespace Microsoft.DotNet.Interactive;

/// <summary>Something that a cell has shown, and that can be replaced where it stands.</summary>
public sealed class DisplayedValue
{
    internal DisplayedValue(IReadOnlyList<string> mimeTypes) => MimeTypes = mimeTypes;

    /// <summary>The display's id, its own in the notebook.</summary>
    public string DisplayId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The forms it is shown in; empty for those that the value's type prefers.</summary>
    public IReadOnlyList<string> MimeTypes { get; }

    /// <summary>Replaces what is shown.</summary>
    /// <param name="updatedValue">The new value.</param>
    public void Update(object? updatedValue) => Show(updatedValue, replace: true);

    internal void Show(object? value, bool replace)
    {
        // The place of what is replaced is known by its id.
        var run = (replace ? CellRun.ForUpdates : CellRun.Current) ?? throw new InvalidOperationException("Values can be shown only by a cell.");
        run.Output.Display(ValueFormatter.Format(value, MimeTypes), DisplayId, replace);
    }
}
