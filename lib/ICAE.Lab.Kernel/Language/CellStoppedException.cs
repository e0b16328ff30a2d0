using System.Reflection;

namespace ICAE.Lab.Kernel.Language;

/// <summary>Ends code of a run that was abandoned. Where it leaves a thread that the code itself has started, only that thread ends.</summary>
internal sealed class CellStoppedException(CellRun run) : OperationCanceledException("The cell was interrupted.", run.Cancellation)
{
    /// <summary>Whether an error says nothing but that code was stopped, also where what called the code has wrapped that.</summary>
    public static bool IsAllOf(Exception error) => error switch
    {
        CellStoppedException => true,
        AggregateException several => several.InnerExceptions.Count > 0 && several.InnerExceptions.All(IsAllOf),
        TargetInvocationException or TypeInitializationException => error.InnerException is { } inner && IsAllOf(inner),
        _ => false,
    };
}
