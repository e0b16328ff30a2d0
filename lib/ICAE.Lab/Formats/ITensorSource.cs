using static TorchSharp.torch;

namespace ICAE.Lab.Formats;

/// <summary>
/// Named tensors in a file or a set of files. Opening one reads names, types and shapes alone and does not load the native library;
/// <see cref="Load"/> does.
/// </summary>
public interface ITensorSource : IDisposable
{
    /// <summary>The file or folder, for messages.</summary>
    string Path { get; }

    /// <summary>Every tensor by name, in the file's order.</summary>
    IReadOnlyList<TensorDescriptor> Tensors { get; }

    /// <summary>Looks a tensor up by name.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="descriptor">What the file says of it, or <see langword="null"/>.</param>
    /// <returns>Whether there is one.</returns>
    bool TryDescribe(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TensorDescriptor? descriptor);

    /// <summary>Reads one tensor; quantised types are dequantised.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">The type wanted, or <see langword="null"/> for the stored one (float32 where that is quantised).</param>
    /// <param name="device">The device wanted, or <see langword="null"/> for the CPU.</param>
    /// <returns>A new tensor that the caller owns and that shares no memory with the file.</returns>
    /// <exception cref="MalformedFileException">There is no such tensor, or its data cannot be read.</exception>
    Tensor Load(string name, ScalarType? dtype = null, Device? device = null);
}
