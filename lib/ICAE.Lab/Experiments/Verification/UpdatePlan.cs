using System.Globalization;
using System.Text.RegularExpressions;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Objectives;
using ICAE.Lab.Training;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>The updates that a reference describes: which examples each one takes, the optimiser, and the learning rate.</summary>
internal sealed partial class UpdatePlan
{
    private readonly IReadOnlyList<IcaeExample> _examples;
    private readonly Func<double, int, double> _rate;
    private readonly (int Factor, int Width, int Modulus) _order;

    private UpdatePlan(IReadOnlyList<IcaeExample> examples, OptimizerSettings optimizer, Func<double, int, double> rate, int updates, (int Factor, int Width, int Modulus) order)
    {
        (_examples, Optimizer, _rate, Updates, _order) = (examples, optimizer, rate, updates, order);
    }

    /// <summary>The number of updates.</summary>
    public int Updates { get; }

    /// <summary>AdamW and the clipping; its schedule is not used.</summary>
    public OptimizerSettings Optimizer { get; }

    /// <summary>Reads a plan.</summary>
    /// <param name="training">The part of the reference about training.</param>
    /// <param name="published">Its autoencoder.</param>
    /// <exception cref="UnknownReferenceException">The optimiser, order or schedule is not understood.</exception>
    public static UpdatePlan Read(ReferenceJson training, PublishedAutoencoder published)
    {
        var examples = training["examples"].Items().Select(row => Example(row, published)).ToList();
        var match = OrderSentence().Match(training["order"].Text());
        if (!match.Success)
            throw new UnknownReferenceException($"{training.Path}: {training["order"].Place}: this order of examples is not understood: '{training["order"].Text()}'.");

        int Value(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        var order = (Factor: Value("factor"), Width: Value("last") + 1, Modulus: Value("modulus"));
        return order.Modulus >= 1 && order.Modulus <= examples.Count && order.Width <= order.Modulus
            ? new UpdatePlan(examples, Settings(training), UpdateSchedule.Parse(training["schedule"]), Value("updates") + 1, order)
            : throw training["order"].Wrong($"it asks for {order.Width} of {order.Modulus} examples, and there are {examples.Count}");
    }

    /// <summary>The examples of an update, from 0.</summary>
    public IReadOnlyList<IcaeExample> ExamplesOf(int update) =>
        [.. Enumerable.Range(0, _order.Width).Select(i => _examples[(int)((((long)_order.Factor * update) + i) % _order.Modulus)])];

    /// <summary>The learning rate of an update, from 0.</summary>
    public double RateAt(int update) => _rate(Optimizer.LearningRate, update);

    private static IcaeExample Example(ReferenceJson row, PublishedAutoencoder published)
    {
        var (text, decoder, labels) = (row["encoder_ids"].Wholes(), row["decoder_ids"].Wholes(), row["labels"].Wholes());
        var vocabulary = published.Base.Config.VocabularySize;
        if (text.Length == 0 || text.Any(id => id < 0 || id >= vocabulary))
            throw row["encoder_ids"].Wrong($"ids below {vocabulary} are expected");

        return decoder.Length == labels.Length && labels.Any(label => label != IcaeExample.Ignored)
            ? new IcaeExample(ObjectiveKind.Autoencoding, text, SpanPlan.For(published.Shape, text.Length), decoder, labels)
            : throw row["labels"].Wrong($"as many labels as the {decoder.Length} decoder ids are expected, and one of them scored");
    }

    private static OptimizerSettings Settings(ReferenceJson training)
    {
        var json = training["optimizer"];
        if (json["name"].Text() is var name && name != "AdamW")
            throw new UnknownReferenceException($"{json.Path}: {json.Place}.name: the optimiser '{name}' is not known; AdamW is.");

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

    [GeneratedRegex(@"updates (?<u>\w+) = 0\.\.(?<updates>\d{1,6}) take examples \((?<factor>\d{1,6})\k<u> \.\. \k<factor>\k<u>\+(?<last>\d{1,6})\) mod (?<modulus>\d{1,6})", RegexOptions.ExplicitCapture)]
    private static partial Regex OrderSentence();
}
