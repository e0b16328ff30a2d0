using System.Globalization;
using System.Text.RegularExpressions;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Objectives;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>A short training run of the published code, and what its result restores.</summary>
internal static partial class UpdateVerifier
{
    /// <summary>Repeats the updates and compares losses, gradient norms and weights.</summary>
    public static void RunTraining(PublishedAutoencoder published, CheckList checks)
    {
        var training = published.Json["training"];
        if (!training.HasValue)
            return;

        using var scope = NewDisposeScope();
        var plan = UpdatePlan.Read(training, published);
        // As the published code computes: one example at a time.
        var weights = Train(published, plan, (update, loss, norm) =>
        {
            Compare(training["losses"], "training.losses", update, loss, 1, checks);
            Compare(training["gradient_norms_before_clipping"], "training.gradient_norms (relative)", update, norm, Math.Abs(norm), checks);
        }, checks.Cancellation);
        if (Checkpoints(published.Folder).FirstOrDefault(name => UpdatesOf(name) == plan.Updates) is not { } checkpoint)
            return;

        using var stored = ReferenceTensors.Open(Path.Combine(published.Folder, checkpoint));
        WeightComparison.Run(weights, stored, checks);
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
            checks.Ids($"{name}.ids", expected, [.. tokens.Take(expected.Length)]);

        if (expectedLogits is not null)
            checks.Tensors($"{name}.logits", expectedLogits, logits.narrow(0, 0, expectedLogits.shape[0]), Tolerances.Logits);
    }

    /// <summary>slots [AE], and from there the largest logit of the base's vocabulary at every step.</summary>
    private static (IReadOnlyList<int> Tokens, Tensor Logits) Restore(Icae icae, SlotBatch slots, int steps, CancellationToken cancellation)
    {
        List<Tensor> logits = [];
        try
        {
            var text = Generation.Run(
                icae,
                slots,
                [Generation.Sequence(icae, slots.Plans[0], [], [icae.Ids.Autoencode])],
                new GenerationSettings { MaxNewTokens = steps, EosIds = [] },
                onToken: null,
                onLogits: (_, step) => logits.Add(step.clone().DetachFromDisposeScope()),
                cancellation)[0];
            return (text.Ids, cat(logits, 0));
        }
        finally
        {
            logits.ForEach(step => step.Dispose());
        }
    }

    /// <summary>Makes all updates from the untrained checkpoint.</summary>
    /// <param name="published">The checkpoints.</param>
    /// <param name="plan">Examples, optimiser and schedule.</param>
    /// <param name="report">Told each update's loss and gradient norm.</param>
    /// <param name="cancellation">Ends it between updates.</param>
    /// <returns>The weights, of the current dispose scope.</returns>
    private static List<TrainedWeight> Train(PublishedAutoencoder published, UpdatePlan plan, Action<int, double, double> report, CancellationToken cancellation)
    {
        using var icae = published.Open(PublishedAutoencoder.CheckpointName, trainable: true);
        using var buffer = new TrainableBuffer(icae.Trainables);
        using var optimizer = new AdamW(buffer);
        List<Tensor> first = [];
        for (var update = 0; update < plan.Updates; update++)
        {
            cancellation.ThrowIfCancellationRequested();
            buffer.ZeroGradients();
            var loss = Backward(icae, plan.ExamplesOf(update));
            var norm = buffer.ClipGradients(plan.Optimizer.ClipNorm);
            if (update == 0)
                first = [.. icae.Trainables.Select(weight => weight.Value.grad!.clone())];

            report(update, loss, norm);
            optimizer.Update(plan.Optimizer, plan.RateAt(update));
        }

        using var _ = no_grad();
        return [.. icae.Trainables.Zip(first, (weight, gradient) => new TrainedWeight(PublishedAutoencoder.PublishedName(weight.Name), weight.Value.detach().clone(), gradient))];
    }

    private static double Backward(Icae icae, IReadOnlyList<IcaeExample> examples)
    {
        var total = 0.0;
        foreach (var example in examples)
        {
            using var scope = NewDisposeScope();
            var loss = IcaeObjective.Compute(icae, [example]).Loss.mul(1f / examples.Count);
            loss.backward();
            total += loss.to(ScalarType.Float64).item<double>();
        }

        return total;
    }

    private static void Compare(ReferenceJson list, string name, int update, double actual, double scale, CheckList checks)
    {
        if (!list.HasValue)
            return;

        var values = list.Numbers();
        if (update >= values.Length)
            throw list.Wrong($"there are {values.Length} values for more updates");

        checks.Add(
            name,
            Math.Abs(values[update] - actual) / Math.Max(scale, double.Epsilon),
            Tolerances.Training,
            string.Create(CultureInfo.InvariantCulture, $"update {update}: {actual:g9} for {values[update]:g9}"));
    }

    private static int[] Ids(ReferenceJson list, int vocabulary)
    {
        var ids = list.Wholes();
        return ids.Length > 0 && ids.All(id => id >= 0 && id < vocabulary) ? ids : throw list.Wrong($"ids below {vocabulary} are expected");
    }

    private static IEnumerable<string> Checkpoints(string folder) =>
        Directory.GetFiles(folder, "icae-after-*.safetensors").Select(path => Path.GetFileName(path)).Where(name => CheckpointName().IsMatch(name));

    private static int UpdatesOf(string name) => int.Parse(CheckpointName().Match(name).Groups["updates"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^icae-after-(?<updates>\d{1,6})-updates?\.safetensors$", RegexOptions.ExplicitCapture)]
    private static partial Regex CheckpointName();
}
