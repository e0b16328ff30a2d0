using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Notebooks;

/// <summary>Finds the kernel that a notebook asks for.</summary>
public static class NotebookKernels
{
    /// <summary>The name that the notebooks of .NET Interactive carry, and that its C# kernel and ours are installed under.</summary>
    public const string CSharp = ".net-csharp";

    /// <summary>How the kernel of a notebook is started.</summary>
    /// <param name="document">The notebook.</param>
    /// <param name="path">Its file: the kernel works in its folder.</param>
    /// <param name="store">The installed kernels.</param>
    /// <param name="ownKernel">
    /// The C# kernel to take for <see cref="CSharp"/>: that which was built with the library that notebooks load, and not an older copy that is installed. <see langword="null"/> to take an
    /// installed one.
    /// </param>
    /// <returns>What to start.</returns>
    /// <exception cref="JupyterException">The notebook names no kernel, or one that is not installed.</exception>
    public static KernelLaunch Find(NotebookDocument document, string path, KernelSpecStore store, KernelSpec? ownKernel)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(store);
        var name = document.KernelName ?? throw new NotebookException($"{path}: the notebook names no kernel (metadata.kernelspec.name).");
        var spec = (name.Equals(CSharp, StringComparison.OrdinalIgnoreCase) ? ownKernel : null) ?? store.Find(name);
        if (spec is null)
        {
            var installed = store.List().Select(kernel => kernel.Name).ToList();
            throw new NotebookException($"{path}: the kernel {name} is not installed; there is {(installed.Count == 0 ? "none" : string.Join(", ", installed))}.");
        }

        return new KernelLaunch { Spec = spec, Name = name, WorkingFolder = Path.GetDirectoryName(Path.GetFullPath(path)) };
    }
}
