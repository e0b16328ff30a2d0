using System.Text.Json.Nodes;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.ContinuationEvaluation;

/// <summary>
/// The JSON form of a result:
/// <c>{"model","base_kind","tokens","continuation_tokens","unscored","kinds":[{"kind","n","skipped","slots","text_in_context":{"loss","perplexity","accuracy","intervals":{}},"memory":{},"other_memory":{},"no_context":{},"kept","kept_interval"}]}</c>.
/// Tokens and slots are those of each text. What was not measured is null.
/// </summary>
public static class ContinuationJson
{
    /// <summary>Turns a result into JSON.</summary>
    /// <param name="result">The result.</param>
    /// <returns>A new object.</returns>
    public static JsonObject ToJson(ContinuationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new JsonObject
        {
            ["model"] = result.Model,
            ["base_kind"] = OwnJson.Name(result.BaseKind),
            ["tokens"] = result.Settings.Tokens,
            ["continuation_tokens"] = result.Settings.ContinuationTokens,
            ["unscored"] = result.Settings.Unscored,
            ["kinds"] = new JsonArray([.. result.Kinds.Select(ToJson)]),
        };
    }

    private static JsonObject ToJson(ContinuationKind kind)
    {
        var json = new JsonObject { ["kind"] = kind.Kind, ["n"] = kind.Count, ["skipped"] = kind.Skipped, ["slots"] = kind.Slots };
        foreach (var condition in Enum.GetValues<ContextCondition>())
            json[OwnJson.Name(condition)] = kind.Scores.TryGetValue(condition, out var scores) ? ToJson(scores) : null;

        json["kept"] = kind.Kept is { } kept ? OwnJson.Number(kept.Estimate) : null;
        json["kept_interval"] = kind.Kept is { } interval ? RestorationJson.Ends(interval) : null;
        return json;
    }

    private static JsonObject ToJson(ContinuationScores scores) => new()
    {
        ["loss"] = OwnJson.Number(scores.Loss.Estimate),
        ["perplexity"] = OwnJson.Number(scores.Perplexity),
        ["accuracy"] = OwnJson.Number(scores.Accuracy.Estimate),
        ["intervals"] = new JsonObject { ["loss"] = RestorationJson.Ends(scores.Loss), ["accuracy"] = RestorationJson.Ends(scores.Accuracy) },
    };
}
