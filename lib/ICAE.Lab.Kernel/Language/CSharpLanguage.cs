using Microsoft.DotNet.Interactive;

namespace ICAE.Lab.Kernel.Language;

/// <summary>C#.</summary>
internal sealed class CSharpLanguage(ScriptSession session, CellThread thread) : ICellLanguage, ICodeAssistant
{
    public string Name => CellParser.CSharp;

    public string Description => "C#; cells begin in it";

    public async Task RunAsync(CellSegment segment, CellRun run, bool isLast)
    {
        var (hasValue, value) = await session.RunAsync(segment.TextInPlace, run);

        // A display that the cell's last line made is shown already.
        if (!hasValue || value is DisplayedValue)
            return;

        MimeBundle? content = null;
        Exception? fault = null;
        thread.RunCode(run, () => (content, fault) = Format(value));
        if (fault is not null)
            throw new CellErrorException($"The value of the cell, a {TypeNames.Short(value!.GetType())}, cannot be shown:\n{CellErrors.Describe(fault)}", fault);

        if (content is null)
            throw new OperationCanceledException(run.Cancellation);

        if (isLast)
            run.Output.Result(content);
        else
            run.Output.Display(content, null, replace: false);
    }

    public void Interrupt()
    {
        // It runs on the cell thread.
    }

    public Task<Completion> CompleteAsync(string code, int position, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Completer.Complete(session.Compiler, code, position));
    }

    public Task<MimeBundle?> InspectAsync(string code, int position, bool inFull, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Inspection.Inspect(session.Compiler, code, position, inFull));
    }

    private static (MimeBundle? Content, Exception? Fault) Format(object? value)
    {
        try
        {
            return (ValueFormatter.Format(value, []), null);
        }
        catch (Exception error)
        {
            return (null, error);
        }
    }
}
