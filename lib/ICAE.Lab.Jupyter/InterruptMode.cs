namespace ICAE.Lab.Jupyter;

/// <summary>How a kernel is asked to stop what it runs.</summary>
public enum InterruptMode
{
    /// <summary>By the signal SIGINT.</summary>
    Signal,

    /// <summary>By an <c>interrupt_request</c> on the control socket.</summary>
    Message,
}
