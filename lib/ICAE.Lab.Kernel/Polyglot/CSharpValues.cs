using ICAE.Lab.Kernel.Language;
using Microsoft.CodeAnalysis.CSharp;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>The variables of the C# cells.</summary>
internal sealed class CSharpValues(ScriptSession session, CellThread thread) : IValueExchange
{
    public Task<SharedValue> GetAsync(string name, CellRun run)
    {
        if (!session.Variables().TryGetValue(name, out var variable))
            throw new CellErrorException($"The C# cells have no variable {name}; #!who lists those that there are.");

        SharedValue? value = null;
        Exception? fault = null;
        thread.RunCode(run, () => (value, fault) = TryRead(variable.Value));
        if (fault is not null)
            throw new CellErrorException($"{name} cannot be shared: {Reason(fault)}.", fault);

        return Task.FromResult(value ?? throw new OperationCanceledException(run.Cancellation));
    }

    public async Task SetAsync(string name, SharedValue value, CellRun run)
    {
        if (!SyntaxFacts.IsValidIdentifier(name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None)
            throw new CellErrorException($"\"{name}\" cannot be the name of a C# variable; --as gives another.");

        var known = session.Variables().TryGetValue(name, out var variable) ? variable.Type : null;
        using var declaration = new CSharpDeclaration(name, value, known, session.Compiler.References.PathByName.ContainsKey(FrameReader.Library));
        await session.RunAsync(declaration.Code, run);
    }

    private static string Reason(Exception fault) => fault is NotShareableException ? fault.Message : $"reading it failed: {fault.GetType().Name}: {fault.Message}";

    private static (SharedValue? Value, Exception? Fault) TryRead(object? value)
    {
        try
        {
            return (ClrReader.Read(value), null);
        }
        catch (Exception error)
        {
            return (null, error);
        }
    }
}
