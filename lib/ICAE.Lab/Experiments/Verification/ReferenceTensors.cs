using ICAE.Lab.Formats;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>Reads the tensors of a reference, with errors that name file and tensor.</summary>
internal sealed class ReferenceTensors : IDisposable
{
    /// <summary>The usual name of such a file.</summary>
    public const string FileName = "reference.safetensors";

    private readonly SafetensorsFile _file;

    private ReferenceTensors(SafetensorsFile file) => _file = file;

    public string Path => _file.Path;

    public IEnumerable<string> Names => _file.Tensors.Select(tensor => tensor.Name);

    public static ReferenceTensors Open(string path) => new(SafetensorsFile.Open(path));

    public bool Has(string name) => _file.TryDescribe(name, out _);

    /// <summary>Reads a tensor as it is stored.</summary>
    /// <returns>A tensor of the current dispose scope.</returns>
    public Tensor Load(string name) => _file.Load(name);

    /// <summary>Reads a tensor of floats.</summary>
    /// <returns>Float32 of the current dispose scope.</returns>
    /// <exception cref="MalformedFileException">It has no or other dimensions than wanted.</exception>
    public Tensor Floats(string name, int? dimensions = null) => Check(name, _file.Load(name, ScalarType.Float32), dimensions);

    /// <summary>Reads a tensor of whole numbers.</summary>
    /// <returns>Int64 of the current dispose scope.</returns>
    /// <exception cref="MalformedFileException">It has other dimensions than wanted or holds something else.</exception>
    public Tensor Wholes(string name, int? dimensions = null)
    {
        var tensor = _file.Load(name);
        if (tensor.dtype is not (ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool))
            throw new MalformedFileException(Path, name, "whole numbers are expected");

        return Check(name, tensor.to(ScalarType.Int64), dimensions);
    }

    /// <summary>Reads token ids and refuses those that the vocabulary does not have.</summary>
    /// <returns>Int64 of the current dispose scope.</returns>
    /// <exception cref="MalformedFileException">An id is outside the vocabulary.</exception>
    public Tensor Ids(string name, int vocabulary, int? dimensions = null)
    {
        var ids = Wholes(name, dimensions);
        using var least = ids.min();
        using var most = ids.max();
        return least.item<long>() >= 0 && most.item<long>() < vocabulary
            ? ids
            : throw new MalformedFileException(Path, name, $"there are ids from {least.item<long>()} to {most.item<long>()}, but the vocabulary has {vocabulary}");
    }

    /// <summary>Reads whole numbers as one row.</summary>
    public int[] Row(string name)
    {
        using var scope = NewDisposeScope();
        var wholes = Wholes(name).reshape(-1).contiguous().data<long>().ToArray();
        return wholes.All(value => value is >= int.MinValue and <= int.MaxValue)
            ? [.. wholes.Select(value => (int)value)]
            : throw new MalformedFileException(Path, name, "a number does not fit into 32 bits");
    }

    public void Dispose() => _file.Dispose();

    private Tensor Check(string name, Tensor tensor, int? dimensions)
    {
        if (tensor.numel() == 0)
            throw new MalformedFileException(Path, name, "the tensor is empty");

        return dimensions is null || tensor.dim() == dimensions
            ? tensor
            : throw new MalformedFileException(Path, name, $"the tensor has {tensor.dim()} dimensions; {dimensions} are expected");
    }
}
