using System.Text.Json.Nodes;
using ICAE.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// Presets: a model's configuration, its number of parameters, and the name and shape of every tensor, compared with what the
/// configuration says and with the model itself, built without values.
/// </summary>
internal static class PresetVerifier
{
    public static void Run(string path, CheckList checks)
    {
        var files = ReferenceKinds.PresetFiles(path);
        foreach (var file in files)
            Check(ReferenceJson.Read(file), files.Count == 1 ? "" : Path.GetFileNameWithoutExtension(file) + ": ", checks);
    }

    private static void Check(ReferenceJson json, string prefix, CheckList checks)
    {
        var fields = (JsonObject)JsonNode.Parse(json["config"].Element.GetRawText())!;
        if (json["architecture"].HasValue && fields["architectures"] is null)
            fields["architectures"] = new JsonArray(json["architecture"].Text());

        var config = HuggingFaceConfig.Read(fields, json.Path);
        if (json["parameters"].HasValue)
            checks.Number(prefix + "parameters", json["parameters"].Number(), config.ParameterCount, Tolerances.None, "parameters");

        if (!json["tensors"].HasValue)
            return;

        var expected = json["tensors"].Fields().ToDictionary(
            field => field.Name,
            field => field.Value.Items().Select(size => (long)size.Whole()).ToArray(),
            StringComparer.Ordinal);
        Compare(prefix + "tensors of the configuration", expected, config.TensorShapes(), checks);

        using var scope = NewDisposeScope();
        using var model = Transformer.Create(config, new Device(DeviceType.META), seed: 0);
        Compare(prefix + "tensors of the model", expected, [.. model.Tensors().Select(pair => (pair.Key, pair.Value.shape))], checks);
        var parameters = model.Weights.Sum(weight => weight.Value.numel());
        if (json["parameters"].HasValue)
            checks.Number(prefix + "parameters of the model", json["parameters"].Number(), parameters, Tolerances.None, "parameters");
    }

    private static void Compare(string name, Dictionary<string, long[]> expected, IEnumerable<(string Name, long[] Shape)> actual, CheckList checks)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (tensor, shape) in actual)
        {
            found.Add(tensor);
            var known = expected.TryGetValue(tensor, out var wanted);
            checks.Count(
                name,
                known && wanted.AsSpan().SequenceEqual(shape),
                known ? $"{tensor}: [{string.Join(", ", shape)}] for [{string.Join(", ", wanted!)}]" : $"{tensor}: the reference does not have it");
        }

        foreach (var tensor in expected.Keys.Where(tensor => !found.Contains(tensor)))
            checks.Count(name, false, $"{tensor}: only the reference has it");
    }
}
