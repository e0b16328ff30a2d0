namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Code of the kernel that a cell calls, and that an interrupt must not cut short: the runtime never aborts a thread inside a finally block,
/// so that locks are released and queues stay whole.
/// </summary>
internal static class Shield
{
    public static void Run<T>(T state, Action<T> action)
    {
        try
        {
            // Nothing: what follows is what must be whole.
        }
        finally
        {
            action(state);
        }
    }
}
