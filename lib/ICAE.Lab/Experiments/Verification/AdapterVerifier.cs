using System.Globalization;
using System.Text.RegularExpressions;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>An adapter: logits with it and without it, weights after merging, and the same logits from merged and restored weights.</summary>
internal static partial class AdapterVerifier
{
    private const string Input = "input_ids";
    private const string With = "logits_with_adapter";
    private const string Without = "logits_without_adapter";

    public static void Run(string folder, VerificationSettings settings, CheckList checks)
    {
        var referencePath = Path.Combine(folder, ReferenceTensors.FileName);
        if (!File.Exists(referencePath))
            throw new UnknownReferenceException($"{folder}: this adapter has no {ReferenceTensors.FileName} to compare with.");

        using var reference = ReferenceTensors.Open(referencePath);
        using var model = BaseModels.Load(settings.BasePath ?? ParentOf(folder), settings, checks.Cancellation);
        using var threads = SmallModelThreads.For(model, settings);
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        using var adapter = Read(folder, model);
        foreach (var name in reference.Names.Where(name => name is not (Input or With or Without) && !MergedName().IsMatch(name)))
            checks.Skip(name, "this quantity is not known");

        var ids = reference.Has(Input) ? reference.Ids(Input, model.Config.VocabularySize, 2).to(model.Device) : null;
        void Compare(string name, string suffix, LoraAdapter? active)
        {
            if (ids is null || !reference.Has(name))
                return;

            var hidden = model.Forward(new TransformerInput { Embeddings = model.Embed(ids), Adapter = active }).Hidden;
            checks.Tensors(name + suffix, reference.Floats(name), model.Logits(hidden), Tolerances.Logits);
        }

        Compare(With, "", adapter);
        Compare(Without, "", null);
        model.Merge(adapter);
        Compare(With, " (merged)", null);
        foreach (var name in reference.Names)
        {
            if (MergedName().Match(name) is { Success: true } match)
                checks.Tensors(name, reference.Floats(name), Weight(model, reference, name, match), Tolerances.Weights);
        }

        model.Unmerge(adapter);
        Compare(Without, " (merged and taken out)", null);
    }

    private static string ParentOf(string folder)
    {
        var parent = Directory.GetParent(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))?.FullName;
        return parent is not null && File.Exists(Path.Combine(parent, HuggingFaceConfigFile.FileName))
            ? parent
            : throw new UnknownReferenceException($"{folder}: an adapter needs its base model, which is not in the folder above; name it with --base.");
    }

    private static LoraAdapter Read(string folder, Transformer model)
    {
        using var stored = PeftAdapterFile.Read(folder);
        var config = new LoraConfig
        {
            Rank = stored.Config.Rank,
            Alpha = stored.Config.Alpha,
            RankStabilised = stored.Config.RankStabilised,
            Targets = [.. stored.Matrices.Keys.Select(module => module[(module.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal)],
        };
        return BaseModels.Adapter(config, model.Config, stored.Matrices, Path.Combine(folder, PeftAdapterFile.WeightsFileName), model.Device);
    }

    private static Tensor Weight(Transformer model, ReferenceTensors reference, string name, Match match)
    {
        var (layer, target) = (int.Parse(match.Groups["layer"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["target"].Value);
        return layer < model.Config.Layers && LoraConfig.AllTargets.Contains(target)
            ? model.View(LoraAdapter.ModulePath(layer, target) + ".weight")
            : throw new MalformedFileException(reference.Path, name, $"the model has {model.Config.Layers} layers with {string.Join(", ", LoraConfig.AllTargets)}");
    }

    [GeneratedRegex(@"^merged\.layer(?<layer>\d{1,5})\.(?<target>\w+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex MergedName();
}
