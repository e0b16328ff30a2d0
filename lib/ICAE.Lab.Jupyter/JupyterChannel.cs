namespace ICAE.Lab.Jupyter;

/// <summary>The five sockets of a kernel.</summary>
public enum JupyterChannel
{
    /// <summary>Requests that are answered one after another: execution, completion and the like.</summary>
    Shell,

    /// <summary>What the kernel publishes to all its clients: output, results, errors, its state.</summary>
    IoPub,

    /// <summary>The kernel's questions to the user, and the answers.</summary>
    Stdin,

    /// <summary>Requests that must not wait behind an execution: interrupt, shutdown.</summary>
    Control,

    /// <summary>Echoes every message, to show that the process lives.</summary>
    Heartbeat,
}
