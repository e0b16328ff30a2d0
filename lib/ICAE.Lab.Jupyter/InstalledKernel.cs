namespace ICAE.Lab.Jupyter;

/// <summary>A kernel spec that is installed.</summary>
/// <param name="Name">Its name: that of its folder.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Spec">The spec; <see langword="null"/> if it cannot be used.</param>
/// <param name="Fault">Why it cannot be used, if so.</param>
public sealed record InstalledKernel(string Name, string Folder, KernelSpec? Spec, string? Fault);
