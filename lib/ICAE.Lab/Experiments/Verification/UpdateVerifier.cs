using System.Globalization;
using System.Text.RegularExpressions;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>A short training run of the published code, and what its result restores.</summary>
internal static partial class UpdateVerifier
{
    /// <summary>Repeats the updates; the autoencoder is trained by it.</summary>
    public static void RunTraining(PublishedAutoencoder published, Icae icae, CheckList checks)
    {
        var training = published.Json["training"];
        if (!training.HasValue)
            return;

        var examples = training["examples"].Items().Select(row => Example(row, icae)).ToList();
        var (updates, order) = Order(training["order"], examples.Count);
        var rate = UpdateSchedule.Parse(training["schedule"]);
        var settings = Settings(training);
        using (var buffer = new TrainableBuffer(icae.Trainables))
        {
            using var optimizer = new AdamW(buffer);
            for (var update = 0; update < updates; update++)
            {
                buffer.ZeroGradients();
                var loss = Backward(icae, [.. order(update).Select(index => examples[index])]);
                Compare(training["losses"], "training.losses", update, loss, checks);
                var norm = buffer.ClipGradients(settings.ClipNorm);
                Compare(training["gradient_norms_before_clipping"], "training.gradient_norms (relative)", update, norm, checks);
                optimizer.Update(settings, rate(settings.LearningRate, update));
            }

            foreach (var name in Checkpoints(published.Folder).Where(name => UpdatesOf(name) == updates))
                Weights(published.Folder, name, icae, checks);
        }
    }

    /// <summary>Restores texts greedily from the trained checkpoint.</summary>
    public static void RunGreedy(PublishedAutoencoder published, CheckList checks)
    {
        var rows = published.Json["greedy_after_training"];
        if (!rows.HasValue)
            return;

        if (Checkpoints(published.Folder).OrderBy(UpdatesOf).LastOrDefault() is not { } checkpoint)
        {
            checks.Skip("greedy_after_training", "there is no checkpoint of after the updates");
            return;
        }

        using var icae = published.Open(checkpoint);
        foreach (var row in rows.Items())
        {
            var text = Ids(row["input_ids"], icae.Base.Config.VocabularySize);
            var path = Path.Combine(published.Folder, $"greedy-{text.Length}.safetensors");
            using var stored = File.Exists(path) ? ReferenceTensors.Open(path) : null;
            Greedy(icae, text, row["greedy_ids"], stored, checks);
        }
    }

    private static void Greedy(Icae icae, int[] text, ReferenceJson expectedIds, ReferenceTensors? stored, CheckList checks)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var name = $"greedy-{text.Length}";
        var slots = icae.Encode([text]);
        if (stored is not null && stored.Has("slots"))
            checks.Tensors($"{name}.slots", stored.Floats("slots", 2), slots.Embeddings!, Tolerances.Logits);

        var expected = expectedIds.HasValue ? expectedIds.Wholes() : null;
        var expectedLogits = stored is not null && stored.Has("logits") ? stored.Floats("logits", 2) : null;
        var steps = Math.Max(expected?.Length ?? 0, (int)(expectedLogits?.shape[0] ?? 0));
        if (steps == 0)
            return;

        var (tokens, logits) = Restore(icae, slots, steps, checks.Cancellation);
        if (expected is not null)
            checks.Ids($"{name}.ids", expected, tokens[..expected.Length]);

        if (expectedLogits is not null)
            checks.Tensors($"{name}.logits", expectedLogits, logits.narrow(0, 0, expectedLogits.shape[0]), Tolerances.Logits);
    }

    /// <summary>slots [AE], and from there the largest logit of the base's vocabulary at every step.</summary>
    private static (int[] Tokens, Tensor Logits) Restore(Icae icae, SlotBatch slots, int steps, CancellationToken cancellation)
    {
        var model = icae.Base;
        int[] prompt = [.. Enumerable.Repeat(icae.Ids.Memory, slots.Count), icae.Ids.Autoencode];
        using var cache = new KeyValueCache(model.Config, 1, prompt.Length + steps, model.ComputeType, model.Device);
        var states = icae.Decode(slots, [prompt], cache: cache);
        var (hidden, position) = (states.Hidden.narrow(1, prompt.Length - 1, 1), states.Layout.NextPositions[0]);
        var (tokens, logits) = (new int[steps], new Tensor[steps]);
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            logits[step] = model.Logits(hidden).reshape(1, -1);
            var next = logits[step].argmax(-1);
            tokens[step] = (int)next.item<long>();
            hidden = model.Forward(new TransformerInput
            {
                Embeddings = model.Embed(next.reshape(1, 1)),
                Positions = tensor(new[] { (long)position++ }, dtype: ScalarType.Int64, device: model.Device),
                Cache = cache,
            }).Hidden;
        }

        return (tokens, cat(logits, 0));
    }

    /// <summary>
    /// One example at a time, as the published code takes them. A padded batch gives the same up to rounding, but Adam divides each entry
    /// by its own size, so that rounding in the smallest gradients grows to nearly the tolerance of the weights.
    /// </summary>
    private static double Backward(Icae icae, IReadOnlyList<IcaeExample> examples)
    {
        var total = 0.0;
        foreach (var example in examples)
        {
            using var scope = NewDisposeScope();
            var loss = IcaeObjective.Compute(icae, [example]).Loss.div(examples.Count);
            loss.backward();
            total += loss.to(ScalarType.Float64).item<double>();
        }

        return total;
    }

    private static void Compare(ReferenceJson list, string name, int update, double actual, CheckList checks)
    {
        if (!list.HasValue)
            return;

        var values = list.Numbers();
        if (update >= values.Length)
            throw list.Wrong($"there are {values.Length} values for more updates");

        var scale = name.EndsWith("(relative)", StringComparison.Ordinal) ? Math.Max(Math.Abs(values[update]), 1e-6) : 1;
        checks.Add(
            name,
            Math.Abs(values[update] - actual) / scale,
            Tolerances.Training,
            string.Create(CultureInfo.InvariantCulture, $"update {update}: {actual:g9} for {values[update]:g9}"));
    }

    private static void Weights(string folder, string file, Icae icae, CheckList checks)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var stored = ReferenceTensors.Open(Path.Combine(folder, file));
        foreach (var weight in icae.Trainables)
        {
            var name = PublishedAutoencoder.PublishedName(weight.Name);
            if (stored.Has(name))
                checks.Tensors("training.weights_after", stored.Floats(name), weight.Value, Tolerances.Training, place: name);
            else
                checks.Add("training.weights_after", double.PositiveInfinity, Tolerances.Training, $"{name}: {file} does not have it");
        }
    }

    private static IcaeExample Example(ReferenceJson row, Icae icae)
    {
        var text = Ids(row["encoder_ids"], icae.Base.Config.VocabularySize);
        var (decoder, labels) = (row["decoder_ids"].Wholes(), row["labels"].Wholes());
        return decoder.Length == labels.Length && labels.Any(label => label != IcaeExample.Ignored)
            ? new IcaeExample(ObjectiveKind.Autoencoding, text, SpanPlan.For(icae.Config, text.Length), decoder, labels)
            : throw row["labels"].Wrong($"as many labels as the {decoder.Length} decoder ids are expected, and one of them scored");
    }

    private static int[] Ids(ReferenceJson list, int vocabulary)
    {
        var ids = list.Wholes();
        return ids.Length > 0 && ids.All(id => id >= 0 && id < vocabulary) ? ids : throw list.Wrong($"ids below {vocabulary} are expected");
    }

    private static OptimizerSettings Settings(ReferenceJson training)
    {
        var json = training["optimizer"];
        if (json["name"].Text() is var name && name != "AdamW")
            throw new UnknownReferenceException($"{json.Path}: {json.Place}.name: the optimizer '{name}' is not known; AdamW is.");

        var betas = json["betas"].Numbers();
        return betas.Length != 2 ? throw json["betas"].Wrong("two numbers are expected") : new OptimizerSettings
        {
            LearningRate = json["lr"].Number(),
            Beta1 = betas[0],
            Beta2 = betas[1],
            Epsilon = json["eps"].Number(),
            WeightDecay = json["weight_decay"].Number(),
            ClipNorm = training["clip_norm"].HasValue ? training["clip_norm"].Number() : 0,
        }.Validate();
    }

    /// <summary>Reads "updates u = 0..11 take examples (4u .. 4u+3) mod 8".</summary>
    private static (int Updates, Func<int, IEnumerable<int>> Examples) Order(ReferenceJson json, int count)
    {
        var match = OrderSentence().Match(json.Text());
        if (!match.Success)
            throw new UnknownReferenceException($"{json.Path}: {json.Place}: this order of examples is not understood: '{json.Text()}'.");

        int Value(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        var (updates, factor, last, modulus) = (Value("last") + 1, Value("factor"), Value("width"), Value("modulus"));
        return modulus >= 1 && modulus <= count && last < modulus
            ? (updates, update => Enumerable.Range(0, last + 1).Select(i => (int)((((long)factor * update) + i) % modulus)))
            : throw json.Wrong($"it asks for {modulus} examples, and there are {count}");
    }

    private static IEnumerable<string> Checkpoints(string folder) =>
        Directory.GetFiles(folder, "icae-after-*.safetensors").Select(path => Path.GetFileName(path)).Where(name => CheckpointName().IsMatch(name));

    private static int UpdatesOf(string name) => int.Parse(CheckpointName().Match(name).Groups["updates"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^icae-after-(?<updates>\d{1,6})-updates?\.safetensors$", RegexOptions.ExplicitCapture)]
    private static partial Regex CheckpointName();

    [GeneratedRegex(@"updates (?<u>\w+) = 0\.\.(?<last>\d{1,6}) take examples \((?<factor>\d{1,6})\k<u> \.\. \k<factor>\k<u>\+(?<width>\d{1,6})\) mod (?<modulus>\d{1,6})", RegexOptions.ExplicitCapture)]
    private static partial Regex OrderSentence();
}
