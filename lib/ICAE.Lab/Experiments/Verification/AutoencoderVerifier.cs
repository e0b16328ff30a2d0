using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Objectives;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// An autoencoder of the published code: slots, losses, logits and gradients of <c>icae.safetensors</c>, its released form, and what
/// <see cref="ExampleVerifier"/> and <see cref="UpdateVerifier"/> compare.
/// </summary>
internal static class AutoencoderVerifier
{
    private const string ReleasedName = "icae-released-dtypes.safetensors";
    private const string InputSuffix = ".input_ids";
    private const string SlotSuffix = ".slots";
    private const string CaseSuffix = ".encoder_ids";

    public static void Run(string folder, VerificationSettings settings, CheckList checks)
    {
        using var published = new PublishedAutoencoder(folder, settings, checks.Cancellation);
        using var threads = SmallModelThreads.For(published.Base, settings);
        ExampleVerifier.Run(published, checks);
        if (File.Exists(Path.Combine(folder, PublishedAutoencoder.CheckpointName)))
        {
            using var icae = published.Open(PublishedAutoencoder.CheckpointName, trainable: true);
            RunTensors(published, icae, checks);
            UpdateVerifier.RunTraining(published, checks);
        }

        UpdateVerifier.RunGreedy(published, checks);
    }

    private static void RunTensors(PublishedAutoencoder published, Icae icae, CheckList checks)
    {
        var path = Path.Combine(published.Folder, ReferenceTensors.FileName);
        if (File.Exists(path))
        {
            using var reference = ReferenceTensors.Open(path);
            Slots(icae, reference, checks);
            foreach (var name in reference.Names.Where(name => name.EndsWith(CaseSuffix, StringComparison.Ordinal)))
                Case(icae, reference, name[..^CaseSuffix.Length], checks);
        }

        if (File.Exists(Path.Combine(published.Folder, ReleasedName)))
            Released(published, icae, checks);
    }

    private static void Slots(Icae icae, ReferenceTensors reference, CheckList checks)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var names = reference.Names
            .Where(name => name.EndsWith(SlotSuffix, StringComparison.Ordinal))
            .Select(name => name[..^SlotSuffix.Length])
            .Where(name => reference.Has(name + InputSuffix))
            .ToList();
        var texts = names.Select(name => Text(icae, reference, name + InputSuffix)).ToList();
        for (var i = 0; i < names.Count; i++)
            checks.Tensors(names[i] + SlotSuffix, reference.Floats(names[i] + SlotSuffix, 2), icae.Encode([texts[i]]).Embeddings!, Tolerances.Logits);

        if (names.Count < 2)
            return;

        var together = icae.Encode(texts);
        var start = 0L;
        for (var i = 0; i < names.Count; i++)
        {
            var count = together.Plans[i].SlotCount;
            checks.Tensors("slots as one padded batch", reference.Floats(names[i] + SlotSuffix, 2), together.Embeddings!.narrow(0, start, count), Tolerances.Logits, place: names[i]);
            start += count;
        }
    }

    private static void Case(Icae icae, ReferenceTensors reference, string name, CheckList checks)
    {
        if (!reference.Has($"{name}.decoder_ids") || !reference.Has($"{name}.labels"))
        {
            checks.Skip(name, "it has no decoder ids or no labels");
            return;
        }

        using var scope = NewDisposeScope();
        var text = Text(icae, reference, name + CaseSuffix);
        var (decoder, labels) = (reference.Row($"{name}.decoder_ids"), reference.Row($"{name}.labels"));
        if (decoder.Length != labels.Length)
            throw new MalformedFileException(reference.Path, $"{name}.labels", $"there are {labels.Length} labels for {decoder.Length} ids");

        var example = new IcaeExample(ObjectiveKind.Autoencoding, text, SpanPlan.For(icae.Config, text.Length), decoder, labels);
        if (example.TargetCount == 0)
            throw new MalformedFileException(reference.Path, $"{name}.labels", "no label is scored");

        if (reference.Has($"{name}.logits"))
        {
            using var _ = no_grad();
            var states = icae.Decode(icae.Encode([text]), [decoder]);
            checks.Tensors($"{name}.logits", reference.Floats($"{name}.logits", 3), icae.Base.Logits(states.Hidden), Tolerances.Logits);
        }

        Gradients(icae, reference, name, example, checks);
    }

    private static void Gradients(Icae icae, ReferenceTensors reference, string name, IcaeExample example, CheckList checks)
    {
        foreach (var weight in icae.Trainables)
            weight.Value.grad = null;

        var loss = IcaeObjective.Compute(icae, [example]).Loss;
        if (reference.Has($"{name}.loss"))
            checks.Tensors($"{name}.loss", reference.Floats($"{name}.loss").reshape(1), loss.detach().reshape(1), Tolerances.Loss);

        var prefix = $"{name}.grad.";
        if (!reference.Names.Any(stored => stored.StartsWith(prefix, StringComparison.Ordinal)))
            return;

        loss.backward();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var weight in icae.Trainables)
        {
            var stored = prefix + PublishedAutoencoder.PublishedName(weight.Name);
            known.Add(stored);
            if (reference.Has(stored))
                checks.Tensors($"{name}.grad (relative)", reference.Floats(stored), weight.Value.grad ?? zeros_like(weight.Value), Tolerances.Gradient, relative: true, place: stored[prefix.Length..]);

            weight.Value.grad = null;
        }

        foreach (var stranger in reference.Names.Where(stored => stored.StartsWith(prefix, StringComparison.Ordinal) && !known.Contains(stored)))
            checks.Add($"{name}.grad (relative)", double.PositiveInfinity, Tolerances.Gradient, $"{stranger[prefix.Length..]}: this weight is not trained here");
    }

    /// <summary>The released form: the same keys, LoRA rounded to bfloat16, the table in float32; written again, byte for byte the same.</summary>
    private static void Released(PublishedAutoencoder published, Icae icae, CheckList checks)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var path = Path.Combine(published.Folder, ReleasedName);
        using var reference = ReferenceTensors.Open(path);
        using var file = SafetensorsFile.Open(path);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var weight in icae.Trainables)
        {
            var name = PublishedAutoencoder.PublishedName(weight.Name);
            names.Add(name);
            var type = name == Icae.MemoryTableName ? "F32" : "BF16";
            var there = file.TryDescribe(name, out var descriptor);
            checks.Count("released file: keys and types", there && descriptor!.StoredType == type, there ? $"{name}: {descriptor!.StoredType} for {type}" : $"{name}: it is not there");
            if (there)
            {
                var rounded = weight.Value.detach().to(type == "F32" ? ScalarType.Float32 : ScalarType.BFloat16).to(ScalarType.Float32);
                checks.Tensors("released file: values", reference.Floats(name), rounded, Tolerances.None, place: name);
            }
        }

        foreach (var stranger in reference.Names.Where(name => !names.Contains(name)))
            checks.Count("released file: keys and types", false, $"{stranger}: {PublishedAutoencoder.CheckpointName} does not have it");

        using var stored = PublishedIcaeFile.Read(path);
        var copy = Path.Combine(Path.GetTempPath(), $"icae-{Guid.NewGuid():n}.safetensors");
        try
        {
            PublishedIcaeFile.Write(copy, stored);
            checks.Count("released file: written again", File.ReadAllBytes(copy).AsSpan().SequenceEqual(File.ReadAllBytes(path)), "the bytes differ");
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static int[] Text(Icae icae, ReferenceTensors reference, string name)
    {
        using var ids = reference.Ids(name, icae.Base.Config.VocabularySize);
        return reference.Row(name);
    }
}
