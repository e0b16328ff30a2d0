using System.Collections.Concurrent;
using ICAE.Lab.Kernel.Polyglot;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Runs cells: one at a time, on one thread, each seeing what those before it have made.</summary>
internal sealed class CellEngine : IDisposable
{
    private readonly CellThread _thread;
    private readonly ConcurrentDictionary<string, ICellLanguage> _languages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ICellCommand> _commands = new(StringComparer.Ordinal);
    private volatile CellRun? _running;
    private volatile CellRun? _next;

    /// <summary>Creates an engine.</summary>
    /// <param name="packageFolder">Where packages that notebooks reference are restored.</param>
    /// <param name="failed">Is told of faults in the engine itself.</param>
    public CellEngine(string packageFolder, Action<Exception> failed)
    {
        _thread = new CellThread(failed);
        Session = new ScriptSession(_thread, new PackageRestorer(packageFolder));
        Add(new CSharpLanguage(Session, _thread));
        Add(new MarkupLanguage("html", "HTML", "text/html"));
        Add(new MarkupLanguage("markdown", "Markdown", "text/markdown"));
        Add(JavaScript);
        Add(new TimeCommand());
        Add(new ListCommand(Entries));
        Add(new VariablesCommand(Session, withTypes: false));
        Add(new VariablesCommand(Session, withTypes: true));
        Add(new ConnectCommand(this, Kernels));
        var sharing = new Sharing(_languages, new CSharpValues(Session, _thread));
        Add(new ShareCommand(sharing));
        Add(new SetCommand(sharing));
        HostSlots.Install();
    }

    /// <summary>The C# cells.</summary>
    public ScriptSession Session { get; }

    /// <summary>The JavaScript of the page.</summary>
    public JavaScriptLanguage JavaScript { get; } = new();

    /// <summary>The other kernels that the notebook has started.</summary>
    public SubKernels Kernels { get; } = new();

    /// <summary>The languages by name.</summary>
    public IReadOnlyDictionary<string, ICellLanguage> Languages => _languages;

    /// <summary>What can stand behind <c>#!</c>, with what it is.</summary>
    public IEnumerable<(string Name, string Description)> Entries() =>
        _languages.Values.Select(language => (language.Name, language.Description)).Concat(_commands.Values.Select(command => (command.Name, command.Description)));

    public bool IsCommand(string name) => _commands.ContainsKey(name);

    /// <summary>Adds a language. Before the first cell, or by a command.</summary>
    public void Add(ICellLanguage language) => _languages[language.Name] = language;

    /// <summary>Adds a command.</summary>
    public void Add(ICellCommand command) => _commands[command.Name] = command;

    /// <summary>Removes a language.</summary>
    public void Remove(ICellLanguage language) => _languages.TryRemove(KeyValuePair.Create(language.Name, language));

    /// <summary>Runs a cell.</summary>
    /// <param name="run">The cell; it is ended.</param>
    /// <returns>Why it failed; <see langword="null"/> if it did not.</returns>
    public Task<CellError?> RunAsync(CellRun run)
    {
        _next = run;
        return _thread.RunAsync(() => RunSegmentsAsync(run));
    }

    /// <summary>Calls code of a cell back: what it throws is told to the run, which is ended.</summary>
    public Task CallAsync(CellRun run, Action code) => _thread.RunAsync(() =>
    {
        using (run)
        {
            run.Begin();
            _running = run;
            _thread.RunCode(run, code);
            _running = null;
        }

        return Task.FromResult(true);
    });

    /// <summary>Does something on the cell thread, behind the cell that runs.</summary>
    public Task<T> DoAsync<T>(Func<Task<T>> work) => _thread.RunAsync(work);

    /// <summary>Stops the cell that runs, or that waits for the thread; if there is none, nothing. Returns at once.</summary>
    public void Interrupt()
    {
        // In this order: a cell that begins meanwhile is the one or the other.
        var next = _next;
        if ((_running ?? next) is not { } run)
            return;

        CellInterrupter.Start(run);
        foreach (var language in _languages.Values.ToList())
            language.Interrupt();
    }

    /// <summary>Makes the compiler and the formatters ready, so that the first cell need not wait for them.</summary>
    public Task WarmUpAsync() => _thread.RunAsync(async () =>
    {
        using var run = new CellRun(0, "", new NoOutput());
        var cell = Session.Compiler.Compile("var warm = Enumerable.Range(0, 2).Sum(); Console.Write(\"\"); warm", 0, CancellationToken.None);
        _thread.RunCode(run, () => _ = ValueFormatter.Format(cell.Start!(new object?[4]).Result, []));
        await Task.CompletedTask;
        return true;
    });

    public void Dispose()
    {
        _thread.Dispose();
        Kernels.Dispose();
    }

    private async Task<CellError?> RunSegmentsAsync(CellRun run)
    {
        run.Begin();
        _running = run;
        _next = null;
        try
        {
            var segments = CellParser.Parse(run.Code, _languages.ContainsKey, _commands.ContainsKey, (name, arguments) => _commands[name].AddsLanguage(arguments));
            for (var index = 0; index < segments.Count; index++)
                await RunSegmentAsync(segments[index], run, index == segments.Count - 1);

            return null;
        }
        catch (Exception error)
        {
            return Error(run, error);
        }
        finally
        {
            _running = null;
            run.Dispose();
        }
    }

    private async Task RunSegmentAsync(CellSegment segment, CellRun run, bool isLast)
    {
        // The token follows the mark on another thread.
        if (run.IsInterrupted)
            throw new OperationCanceledException(run.Cancellation);

        if (segment.Command is { } command)
            await _commands[command].RunAsync(segment, run);
        else if (_languages.TryGetValue(segment.Language, out var language))
            await language.RunAsync(segment, run, isLast);
        else
            throw new CellErrorException($"There is no language #!{segment.Language}; #!lsmagic lists what there is.");
    }

    private static CellError Error(CellRun run, Exception error)
    {
        if (!run.IsInterrupted)
            return CellErrors.From(error);

        return CellError.Interrupted(error is CellErrorException ? error.Message : null);
    }
}
