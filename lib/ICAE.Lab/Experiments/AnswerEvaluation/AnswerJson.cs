using System.Text.Json.Nodes;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.AnswerEvaluation;

/// <summary>
/// The JSON form of a result:
/// <c>{"model","base_kind","trained_to_answer","longest_text","skipped","texts","tokens_per_slot","all":{"n","text_in_context":{"exact","loss","accuracy","intervals":{}},"memory":{},"other_memory":{},"no_context":{}},"kinds":[{"kind", ...}]}</c>.
/// What was not measured is null.
/// </summary>
public static class AnswerJson
{
    /// <summary>Turns a result into JSON.</summary>
    /// <param name="result">The result.</param>
    /// <returns>A new object.</returns>
    public static JsonObject ToJson(AnswerResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new JsonObject
        {
            ["model"] = result.Model,
            ["base_kind"] = OwnJson.Name(result.BaseKind),
            ["trained_to_answer"] = result.IsTrainedToAnswer,
            ["longest_text"] = result.Settings.LongestText,
            ["skipped"] = result.Skipped,
            ["texts"] = result.Texts,
            ["tokens_per_slot"] = OwnJson.Number(result.TokensPerSlot),
            ["all"] = ToJson(result.All),
            ["kinds"] = new JsonArray([.. result.Kinds.Select(ToJson)]),
        };
    }

    private static JsonObject ToJson(AnswerKind kind)
    {
        var json = new JsonObject();
        if (kind.Kind is { } name)
            json["kind"] = name;

        json["n"] = kind.Count;
        foreach (var condition in Enum.GetValues<ContextCondition>())
            json[OwnJson.Name(condition)] = kind.Scores.TryGetValue(condition, out var scores) ? ToJson(scores) : null;

        return json;
    }

    private static JsonObject ToJson(AnswerScores scores) => new()
    {
        ["exact"] = OwnJson.Number(scores.Exact.Estimate),
        ["loss"] = OwnJson.Number(scores.Loss.Estimate),
        ["accuracy"] = OwnJson.Number(scores.Accuracy.Estimate),
        ["intervals"] = new JsonObject { ["exact"] = RestorationJson.Ends(scores.Exact), ["loss"] = RestorationJson.Ends(scores.Loss), ["accuracy"] = RestorationJson.Ends(scores.Accuracy) },
    };
}
