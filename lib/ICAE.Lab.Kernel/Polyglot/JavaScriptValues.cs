using System.Text.RegularExpressions;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>The global variables of the page. They can only be written: the page is somewhere else.</summary>
internal sealed partial class JavaScriptValues(JavaScriptLanguage language) : IValueExchange
{
    public Task<SharedValue> GetAsync(string name, CellRun run) =>
        throw new CellErrorException("Values cannot be taken from JavaScript: it runs in the page that shows the notebook, where the kernel does not reach.");

    public Task SetAsync(string name, SharedValue value, CellRun run)
    {
        if (!Identifier().IsMatch(name))
            throw new CellErrorException($"\"{name}\" cannot be the name of a JavaScript variable; --as gives another.");

        try
        {
            language.Set(name, JavaScriptJson.Write(value));
        }
        catch (NotShareableException error)
        {
            throw new CellErrorException($"{name} cannot be shared: {error.Message}.", error);
        }

        return Task.CompletedTask;
    }

    [GeneratedRegex(@"\A[\p{L}_$][\p{L}\p{N}_$]*\z")]
    private static partial Regex Identifier();
}
