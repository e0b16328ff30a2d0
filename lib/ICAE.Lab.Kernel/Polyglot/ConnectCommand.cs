using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// <c>#!connect jupyter --kernel-name NAME --kernel-spec SPEC</c>: starts another installed kernel in the notebook's folder. Lines behind
/// <c>#!NAME</c> run there.
/// </summary>
internal sealed class ConnectCommand(CellEngine engine, SubKernels kernels) : ICellCommand
{
    private const string Usage = "#!connect jupyter --kernel-name NAME --kernel-spec SPEC";

    public string Name => "connect";

    public string Description => "starts another kernel: jupyter --kernel-name NAME --kernel-spec SPEC";

    public string? AddsLanguage(string arguments)
    {
        try
        {
            return Parse(arguments).Name;
        }
        catch (CellErrorException)
        {
            // The command itself says what is wrong.
            return null;
        }
    }

    public async Task RunAsync(CellSegment command, CellRun run)
    {
        var (name, specName) = Parse(command.Text);
        MakeRoom(name);
        var spec = Find(specName);
        try
        {
            var kernel = await kernels.StartAsync(name, specName, spec, CellPaths.NotebookFolder, run.Cancellation);
            engine.Add(new JupyterLanguage(kernel, $"{kernel.Language}, by the kernel \"{spec.DisplayName}\"", Lose));
        }
        catch (JupyterException error)
        {
            throw new CellErrorException($"#!connect: {error.Message}", error);
        }
    }

    private static (string Name, string Spec) Parse(string text)
    {
        var arguments = DirectiveArguments.Parse("connect", text, "--kernel-name", "--kernel-spec");
        if (arguments.Values is not ["jupyter"])
            throw new CellErrorException($"#!connect: only jupyter can be connected, by {Usage}.");

        var name = arguments.Get("--kernel-name").Text;
        if (!CellParser.IsName(name))
            throw new CellErrorException($"#!connect: \"{name}\" cannot be a kernel's name: it begins with a letter, and letters, digits and _ . # + - follow.");

        return (name, arguments.Get("--kernel-spec").Text);
    }

    /// <summary>Removes a kernel of that name that has ended, or does not stop what a cell has started.</summary>
    private void MakeRoom(string name)
    {
        if (engine.IsCommand(name))
            throw new CellErrorException($"#!connect: #!{name} is a command already; choose another name.");

        if (!engine.Languages.TryGetValue(CellParser.LanguageName(name), out var language))
            return;

        if (language is not JupyterLanguage other)
            throw new CellErrorException($"#!connect: #!{name} is a language already; choose another name.");

        if (!other.Kernel.HasEnded && !other.Kernel.IsBusy)
            throw new CellErrorException($"#!connect: {name} is connected already, to the kernel spec {other.Kernel.SpecName}.");

        Lose(other);
    }

    private KernelSpec Find(string name)
    {
        try
        {
            return kernels.Specs.Find(name) ?? throw new CellErrorException($"#!connect: no kernel spec \"{name}\" is installed; {Installed()}.");
        }
        catch (Exception error) when (error is JupyterException or ArgumentException)
        {
            throw new CellErrorException($"#!connect: {error.Message}", error);
        }
    }

    private string Installed()
    {
        var names = kernels.Specs.List().Where(kernel => kernel.Spec is not null).Select(kernel => kernel.Name).ToList();
        return names.Count == 0 ? "none is" : $"installed are {string.Join(", ", names)}";
    }

    private void Lose(JupyterLanguage language)
    {
        engine.Remove(language);
        kernels.Discard(language.Kernel);
    }
}
