using System.ComponentModel;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel;

/// <summary>Where loops of cells look whether they are to end. The kernel puts the calls into the code; nobody else needs them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellGuard
{
    private static volatile int _abandoned;
    private static volatile int _newest;

    /// <summary>The number of the code that was compiled last.</summary>
    internal static int Newest => _newest;

    /// <summary>Ends the calling code if the cell that it belongs to is to be stopped.</summary>
    /// <param name="code">The code's number.</param>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public static void Check(int code)
    {
        if (_abandoned != 0)
            Look(code);
    }

    /// <summary>A number for code that is compiled: greater than those of all code before it.</summary>
    internal static int Number() => Interlocked.Increment(ref _newest);

    /// <summary>A run is abandoned: looks find out whose code they are in.</summary>
    internal static void Raise() => Interlocked.Increment(ref _abandoned);

    /// <summary>No code of a run that was abandoned is left.</summary>
    internal static void Lower() => Interlocked.Decrement(ref _abandoned);

    private static void Look(int code)
    {
        // Code that is newer than the interrupt is called by what the stopped cell has left, an event say, and is a later cell's. Where nothing has
        // flowed to the thread, nobody knows whose code it is.
        if (CellRun.Flowed is { } run && run.Stops(code))
            throw new CellStoppedException(run);
    }
}
