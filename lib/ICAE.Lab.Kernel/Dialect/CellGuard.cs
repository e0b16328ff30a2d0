using System.ComponentModel;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel;

/// <summary>Where loops of cells look whether they are to end. The kernel puts the calls into the code; nobody else needs them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellGuard
{
    private static volatile int _abandoned;

    /// <summary>Ends the calling code if the cell that it belongs to is to be stopped.</summary>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public static void Check()
    {
        if (_abandoned != 0)
            Look();
    }

    /// <summary>A run is abandoned: looks find out whose code they are in.</summary>
    internal static void Raise() => Interlocked.Increment(ref _abandoned);

    /// <summary>No code of a run that was abandoned is left.</summary>
    internal static void Lower() => Interlocked.Decrement(ref _abandoned);

    private static void Look()
    {
        if (CellRun.Current is { IsAbandoned: true } run)
            throw new CellStoppedException(run);
    }
}
