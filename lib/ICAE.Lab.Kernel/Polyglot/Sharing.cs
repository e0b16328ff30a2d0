using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Passes values from language to language.</summary>
/// <param name="languages">The languages by name.</param>
/// <param name="csharp">The variables of the C# cells.</param>
internal sealed class Sharing(IReadOnlyDictionary<string, ICellLanguage> languages, CSharpValues csharp)
{
    /// <summary>Reads a variable.</summary>
    /// <exception cref="CellErrorException">It cannot be read.</exception>
    public Task<SharedValue> GetAsync(string language, string name, CellRun run)
    {
        var found = Find(language);
        var values = Values(found);
        return DoAsync(found, () => values.GetAsync(name, run));
    }

    /// <summary>Makes a variable, or replaces its value.</summary>
    /// <exception cref="CellErrorException">It cannot be made.</exception>
    public Task SetAsync(string language, string name, SharedValue value, CellRun run)
    {
        var found = Find(language);
        var values = Values(found);
        return DoAsync(found, async () =>
        {
            await values.SetAsync(name, value, run);
            return true;
        });
    }

    private ICellLanguage Find(string name) => languages.TryGetValue(CellParser.LanguageName(name), out var language)
        ? language
        : throw new CellErrorException($"There is no language {name} to share with; there are {string.Join(", ", languages.Values.Where(CanShare).Select(other => other.Name).Order(StringComparer.Ordinal))}.");

    private static bool CanShare(ICellLanguage language) => language is CSharpLanguage or JavaScriptLanguage or JupyterLanguage { Values: not null };

    private IValueExchange Values(ICellLanguage language) => language switch
    {
        CSharpLanguage => csharp,
        JavaScriptLanguage javaScript => new JavaScriptValues(javaScript),
        JupyterLanguage { Values: { } values } => values,
        JupyterLanguage other => throw new CellErrorException($"Values can be shared with Python, C# and JavaScript; {other.Name} is {other.Kernel.Language}."),
        _ => throw new CellErrorException($"Values can be shared with Python, C# and JavaScript; {language.Name} has no variables."),
    };

    private static Task<T> DoAsync<T>(ICellLanguage language, Func<Task<T>> work) => language is JupyterLanguage other ? other.DoAsync(work) : work();
}
