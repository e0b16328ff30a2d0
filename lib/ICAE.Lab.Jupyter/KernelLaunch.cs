namespace ICAE.Lab.Jupyter;

/// <summary>How a kernel process is started.</summary>
public sealed record KernelLaunch
{
    /// <summary>The kernel's spec.</summary>
    public required KernelSpec Spec { get; init; }

    /// <summary>The name of the spec, for messages and the connection file.</summary>
    public string Name { get; init; } = "";

    /// <summary>The folder it works in; <see langword="null"/> for this process's.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Environment variables, besides those of this process and of the spec; they win over both.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long it may take to answer for the first time.</summary>
    public TimeSpan ReadyLimit { get; init; } = TimeSpan.FromSeconds(60);
}
