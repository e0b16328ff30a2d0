using System.ComponentModel;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel;

/// <summary>Where loops of cells look whether they are to end. The kernel puts the calls into the code; nobody else needs them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellGuard
{
    private static volatile bool _raised;

    /// <summary>Ends the calling code if the cell that it belongs to is to be stopped.</summary>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public static void Check()
    {
        if (_raised)
            Look();
    }

    /// <summary>Makes looks find out whose code they are in.</summary>
    internal static void Raise() => _raised = true;

    /// <summary>A cell begins that is not to be stopped: loops need not look closely.</summary>
    internal static void Lower() => _raised = false;

    private static void Look()
    {
        if (CellRun.Current is { IsAbandoned: true } run)
            throw new OperationCanceledException(run.Cancellation);
    }
}
