using System.Text.RegularExpressions;

namespace ICAE.Lab.Formats;

/// <summary>The keys of LoRA matrices in a file: prefix, module, <c>lora_A</c> or <c>lora_B</c>, suffix.</summary>
/// <param name="prefix">What stands before the module's name.</param>
/// <param name="suffix">What follows <c>lora_A</c>.</param>
internal sealed partial class LoraKeys(string prefix, string suffix)
{
    /// <summary>As PEFT saves adapters.</summary>
    public static LoraKeys Peft { get; } = new("base_model.model.", ".weight");

    /// <summary>As the published ICAE code saves its state.</summary>
    public static LoraKeys PublishedIcae { get; } = new("icae.base_model.model.", ".default.weight");

    /// <summary>The key of one matrix.</summary>
    public string Key(string module, char matrix) => $"{prefix}{module}.lora_{matrix}{suffix}";

    /// <summary>
    /// Sorts a file's keys into modules, each with both matrices, and checks their shapes.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <param name="isOther">Which tensors are none of these matrices and yet in place.</param>
    /// <returns>The modules in the order of their first key, and the rank that all of them share.</returns>
    /// <exception cref="MalformedFileException">A key is unknown, a matrix lacks its partner, or shapes or ranks do not agree.</exception>
    public (IReadOnlyList<string> Modules, int Rank) Sort(ITensorSource source, Func<string, bool>? isOther = null)
    {
        var modules = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in source.Tensors)
        {
            if (isOther?.Invoke(tensor.Name) == true)
                continue;

            var module = Module(tensor.Name)
                ?? throw Bad(source, tensor.Name, $"this is no LoRA matrix of the form {Key("MODULE", 'A')}, and nothing else is supported here");
            if (seen.Add(module))
                modules.Add(module);
        }

        if (modules.Count == 0)
            throw new MalformedFileException(source.Path, "", $"there are no LoRA matrices (no key of the form {Key("MODULE", 'A')})");

        var rank = 0L;
        foreach (var module in modules)
        {
            var a = Describe(source, module, 'A');
            var b = Describe(source, module, 'B');
            rank = rank == 0 ? a.Shape[0] : rank;
            if (a.Shape[0] != rank || b.Shape[1] != rank)
            {
                throw Bad(
                    source, a.Name, $"the matrices of {FileChecks.Quote(module)} have ranks {a.Shape[0]} and {b.Shape[1]}, other modules {rank}; one rank for all is supported");
            }
        }

        return (modules, checked((int)rank));
    }

    /// <summary>Loads the matrices of every module.</summary>
    public IReadOnlyDictionary<string, LoraMatrices> Load(
        ITensorSource source, IReadOnlyList<string> modules, TorchSharp.torch.ScalarType? dtype, TorchSharp.torch.Device? device) =>
        modules.ToDictionary(
            module => module,
            module => new LoraMatrices(source.Load(Key(module, 'A'), dtype, device), source.Load(Key(module, 'B'), dtype, device)),
            StringComparer.Ordinal);

    /// <summary>Checks matrices that are about to be written, and gives them their keys, sorted.</summary>
    /// <exception cref="ArgumentException">There are none, a module's name is no dotted path, or shapes or ranks do not agree.</exception>
    public IReadOnlyList<KeyValuePair<string, TorchSharp.torch.Tensor>> ToTensors(IReadOnlyDictionary<string, LoraMatrices> matrices, int rank)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.Count == 0)
            throw new ArgumentException("there are no LoRA matrices to write", nameof(matrices));

        foreach (var (module, (a, b)) in matrices)
        {
            if (!DottedPath().IsMatch(module))
                throw new ArgumentException($"{FileChecks.Quote(module)} is no module's name", nameof(matrices));

            if (a.dim() != 2 || b.dim() != 2 || a.shape[0] != rank || b.shape[1] != rank)
                throw new ArgumentException($"the matrices of {module} are not [{rank}, inputs] and [outputs, {rank}]", nameof(matrices));
        }

        return
        [
            .. matrices
                .SelectMany(pair => new[] { KeyValuePair.Create(Key(pair.Key, 'A'), pair.Value.A), KeyValuePair.Create(Key(pair.Key, 'B'), pair.Value.B) })
                .OrderBy(pair => pair.Key, StringComparer.Ordinal),
        ];
    }

    private string? Module(string key)
    {
        if (!key.StartsWith(prefix, StringComparison.Ordinal) || !key.EndsWith(suffix, StringComparison.Ordinal) || key.Length <= prefix.Length + suffix.Length)
            return null;

        var middle = key[prefix.Length..^suffix.Length];
        var isMatrix = middle.EndsWith(".lora_A", StringComparison.Ordinal) || middle.EndsWith(".lora_B", StringComparison.Ordinal);
        var module = isMatrix ? middle[..^".lora_A".Length] : "";
        return DottedPath().IsMatch(module) ? module : null;
    }

    private TensorDescriptor Describe(ITensorSource source, string module, char matrix)
    {
        if (!source.TryDescribe(Key(module, matrix), out var descriptor))
            throw Bad(source, Key(module, matrix), "it is missing, though the module's other matrix is there");

        if (descriptor.StoredType is not ("F64" or "F32" or "F16" or "BF16"))
            throw Bad(source, descriptor.Name, $"its type {descriptor.StoredType} is not one of F64, F32, F16 and BF16");

        if (descriptor.Shape.Count != 2 || descriptor.Shape.Any(size => size is < 1 or > int.MaxValue))
            throw Bad(source, descriptor.Name, $"its shape {string.Join(" x ", descriptor.Shape)} is not that of a matrix");

        return descriptor;
    }

    private static MalformedFileException Bad(ITensorSource source, string tensor, string cause) =>
        new(source.Path, $"tensor {FileChecks.Quote(tensor)}", cause);

    [GeneratedRegex(@"\A[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex DottedPath();
}
