using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace ICAE.Lab.Kernel.Language;

/// <summary>How values look: by the formatters that libraries and cells have registered, else by those of the formatting library.</summary>
internal static class ValueFormatter
{
    private const string Html = "text/html";
    private const string PlainText = "text/plain";
    private const int MaxPlainText = 1 << 14;

    static ValueFormatter() => Formatter.Register<Task>((task, writer) => writer.Write($"{TypeNames.Short(task.GetType())}: {task.Status}"), PlainText);

    /// <summary>Formats a value. Runs code of the value's type: to be called as the cell's code.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The forms that are asked for; none for those that its type prefers, with a plain text beside them.</param>
    public static MimeBundle Format(object? value, IReadOnlyList<string> mimeTypes)
    {
        var data = new Dictionary<string, string>();
        foreach (var mimeType in mimeTypes.Count > 0 ? mimeTypes : Preferred(value))
            data[mimeType] = Content(value, mimeType);

        if (mimeTypes.Count == 0 && !data.ContainsKey(PlainText) && value is not IHtmlContent)
            data[PlainText] = Plain(value);

        return new MimeBundle(data);
    }

    private static IEnumerable<string> Preferred(object? value) => value switch
    {
        null => [Html],
        // A task's own properties would be asked for a result that may never come.
        Task => [PlainText],
        _ => Formatter.GetPreferredMimeTypesFor(value.GetType()),
    };

    private static string Content(object? value, string mimeType)
    {
        // A text in a form other than HTML is meant to be in that form.
        if (value is string text && mimeType != Html)
            return text;

        var content = Formatter.ToDisplayString(value, mimeType);
        return mimeType == Html ? content.ReplaceLineEndings("\n") : content;
    }

    private static string Plain(object? value)
    {
        // A type with a look of its own is seldom readable as a tree of its properties, and such a tree may be endless.
        if (value is not null && HasLookOfItsOwn(value.GetType()))
            return TypeNames.Short(value.GetType());

        var text = Formatter.ToDisplayString(value, PlainText).ReplaceLineEndings("\n");
        return text.Length > MaxPlainText ? text[..MaxPlainText] + "…" : text;
    }

    private static bool HasLookOfItsOwn(Type type)
    {
        var own = Formatter.RegisteredFormatters(includeDefaults: false).Where(formatter => formatter.Type.IsAssignableFrom(type)).ToList();
        return own.Any(formatter => formatter.MimeType == Html) && own.All(formatter => formatter.MimeType != PlainText);
    }
}
