namespace ICAE.Lab.Kernel.Language;

/// <summary>Brings the kernel's own asynchronous work back to the cell thread. Nothing of it is dropped.</summary>
internal sealed class KernelSynchronizationContext(CellThread thread) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => thread.Enqueue(() => d(state));

    public override SynchronizationContext CreateCopy() => this;
}
