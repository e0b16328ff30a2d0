using System.Text.Json.Nodes;
using ICAE.Lab.Evaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>
/// The JSON form of a result:
/// <c>{"model","base_kind","settings":{"tokens","tokens_per_slot","limit","seed"},"kinds":[{"kind","n","skipped","tokens","characters","slots","bleu_ids","bleu_words","accuracy","loss","accuracy_free","prefix","intervals":{},"zero":{},"ceiling":{}}]}</c>.
/// Tokens, characters and slots are sums over the texts. Zero and ceiling have the six measures and their intervals in the same form, the zero also
/// says in <c>from</c> which condition each measure is from. What was not measured is null.
/// </summary>
public static class RestorationJson
{
    private static readonly (RestorationMeasure Measure, string Name)[] Measures =
    [
        (RestorationMeasure.BleuIds, "bleu_ids"),
        (RestorationMeasure.BleuWords, "bleu_words"),
        (RestorationMeasure.Accuracy, "accuracy"),
        (RestorationMeasure.Loss, "loss"),
        (RestorationMeasure.AccuracyFree, "accuracy_free"),
        (RestorationMeasure.Prefix, "prefix"),
    ];

    /// <summary>The name of a condition in files.</summary>
    /// <param name="condition">The condition.</param>
    /// <returns>Its name in snake_case.</returns>
    public static string Name(ReadingCondition condition) => OwnJson.Name(condition);

    /// <summary>Turns a result into JSON.</summary>
    /// <param name="result">The result.</param>
    /// <returns>A new object.</returns>
    public static JsonObject ToJson(RestorationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new JsonObject
        {
            ["model"] = result.Model,
            ["base_kind"] = OwnJson.Name(result.BaseKind),
            ["settings"] = new JsonObject
            {
                ["tokens"] = result.Settings.Tokens,
                ["tokens_per_slot"] = result.Settings.TokensPerSlot,
                ["limit"] = result.Settings.Limit,
                ["seed"] = result.Settings.Seed,
            },
            ["kinds"] = new JsonArray([.. result.Kinds.Select(ToJson)]),
        };
    }

    private static JsonObject ToJson(KindScores kind)
    {
        var json = new JsonObject
        {
            ["kind"] = kind.Kind,
            ["n"] = kind.Count,
            ["skipped"] = kind.Skipped,
            ["tokens"] = kind.Tokens,
            ["characters"] = kind.Characters,
            ["slots"] = kind.Slots,
        };
        Add(json, kind.Memory);
        json["zero"] = Zero(kind.Zero);
        json["ceiling"] = Add([], kind.Ceiling);
        return json;
    }

    private static JsonObject Zero(ConditionScores scores)
    {
        var json = Add([], scores);
        json["from"] = new JsonObject(Measured(scores).Select(entry => KeyValuePair.Create(entry.Name, (JsonNode?)Name(scores.Values[entry.Measure].Condition))));
        return json;
    }

    private static JsonObject Add(JsonObject json, ConditionScores scores)
    {
        foreach (var (measure, name) in Measures)
            json[name] = OwnJson.Number(scores[measure]);

        json["intervals"] = new JsonObject(Measured(scores).Select(entry => KeyValuePair.Create(entry.Name, (JsonNode?)Ends(scores.Values[entry.Measure].Interval))));
        return json;
    }

    private static IEnumerable<(RestorationMeasure Measure, string Name)> Measured(ConditionScores scores) => Measures.Where(entry => scores.Values.ContainsKey(entry.Measure));

    /// <summary>An interval's ends.</summary>
    internal static JsonArray Ends(ConfidenceInterval interval) => OwnJson.Numbers(interval.Low, interval.High);
}
