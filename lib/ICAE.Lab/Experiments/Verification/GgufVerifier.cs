using ICAE.Lab.Formats;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>GGUF files: every tensor's dequantised values, in units in the last place.</summary>
internal static class GgufVerifier
{
    public static void Run(string path, CheckList checks)
    {
        var pairs = ReferenceKinds.GgufPairs(path);
        foreach (var (gguf, values) in pairs)
        {
            var prefix = pairs.Count == 1 ? "" : Path.GetFileNameWithoutExtension(gguf) + ": ";
            using var file = GgufFile.Open(gguf);
            using var reference = ReferenceTensors.Open(values);
            foreach (var name in reference.Names)
                Compare(file, reference, name, prefix, checks);

            foreach (var tensor in file.Tensors.Where(tensor => !reference.Has(tensor.Name)))
                checks.Count(prefix + "tensor names", false, $"{tensor.Name}: the reference does not have it");
        }
    }

    private static void Compare(GgufFile file, ReferenceTensors reference, string name, string prefix, CheckList checks)
    {
        var there = file.TryDescribe(name, out var descriptor);
        checks.Count(prefix + "tensor names", there, $"{name}: only the reference has it");
        if (!there)
            return;

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (expected, actual) = (reference.Floats(name), file.Load(name, ScalarType.Float32));
        var check = $"{prefix}{name} (ulp, {descriptor!.StoredType})";
        if (expected.shape.AsSpan().SequenceEqual(actual.shape))
            checks.Add(check, FloatOrder.LargestUlps(expected.contiguous().data<float>().ToArray(), actual.contiguous().data<float>().ToArray()), Tolerances.Ulps);
        else
            checks.Add(check, double.PositiveInfinity, Tolerances.Ulps, $"the shape is [{string.Join(", ", actual.shape)}] for [{string.Join(", ", expected.shape)}]");
    }
}
