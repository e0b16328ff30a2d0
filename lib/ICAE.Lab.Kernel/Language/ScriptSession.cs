namespace ICAE.Lab.Kernel.Language;

/// <summary>The cells that have run, whose variables the next one sees.</summary>
internal sealed class ScriptSession(CellThread thread, PackageRestorer restorer)
{
    private const string AwaitNote =
        "It was waiting for a task that did not stop: what it had started on other threads may go on. If it does, restart the kernel to end it.";

    private object?[] _cells = new object?[64];
    private int _next = 1;

    public ScriptCompiler Compiler { get; } = new();

    /// <summary>The names and values of the variables that cells have declared, the newest of each name.</summary>
    public IReadOnlyDictionary<string, (Type Type, object? Value)> Variables()
    {
        var variables = new Dictionary<string, (Type, object?)>();
        foreach (var cell in _cells.Take(_next).OfType<object>())
        {
            foreach (var field in cell.GetType().GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public).Where(field => !field.Name.StartsWith('<')))
                variables[field.Name] = (field.FieldType, field.GetValue(cell));
        }

        return variables;
    }

    /// <summary>Compiles and runs C#. To be called on the cell thread, as the kernel's work.</summary>
    /// <returns>The value, and whether it is to be shown.</returns>
    public async Task<(bool HasValue, object? Value)> RunAsync(string code, CellRun run)
    {
        var prepared = CodePreparation.Prepare(code, Compiler.Sources);
        foreach (var path in prepared.Assemblies)
            Compiler.References.Add(path);

        if (prepared.Packages.Count > 0)
            await AddPackagesAsync(prepared, run);

        var cell = Compiler.Compile(prepared.Text, run.Number, run.Cancellation);
        if (cell.Start is null)
        {
            Compiler.Commit(cell);
            return (false, null);
        }

        if (_next + 2 > _cells.Length)
            Array.Resize(ref _cells, _cells.Length * 2);

        var value = await StartAsync(cell, run);
        return (cell.HasValue || value is not null, value);
    }

    private async Task<object?> StartAsync(CompiledCell cell, CellRun run)
    {
        Task<object?>? task = null;
        thread.RunCode(run, () => task = cell.Start!(_cells));
        if (_cells[_next] is not null)
        {
            _next++;
            Compiler.Commit(cell);
        }

        if (task is null)
            throw new OperationCanceledException(run.Cancellation);

        await Task.WhenAny(task, run.Abandoned);
        if (!task.IsCompleted)
            throw new CellErrorException(AwaitNote);

        return await task;
    }

    private async Task AddPackagesAsync(PreparedCode prepared, CellRun run)
    {
        var assets = await restorer.AddAsync(prepared.Packages, prepared.PackageSources, run.Cancellation);
        foreach (var folder in assets.NativeFolders)
            AssemblyBinder.AddNativeFolder(folder);

        foreach (var path in assets.Assemblies)
            Compiler.References.Add(path);
    }
}
