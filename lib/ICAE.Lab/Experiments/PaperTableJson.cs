using System.Text.Json.Nodes;
using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments;

/// <summary>The JSON form of rows that stand beside the paper's.</summary>
public static class PaperTableJson
{
    /// <summary>
    /// Rows of Table 1:
    /// <c>[{"tokens","slots","n","perplexity":{"text_in_context","memory","memory_interval","other_memory","no_context"},"paper":{"text_in_context","memory"}}]</c>. What was not measured is null.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <returns>A new array.</returns>
    public static JsonArray ToJson(IEnumerable<TextContinuationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return
        [
            .. rows.Select(row => new JsonObject
            {
                ["tokens"] = row.Tokens,
                ["slots"] = row.Slots,
                ["n"] = row.Texts,
                ["perplexity"] = new JsonObject
                {
                    ["text_in_context"] = OwnJson.Number(row.Text),
                    ["memory"] = OwnJson.Number(row.Memory),
                    ["memory_interval"] = OwnJson.Numbers(row.MemoryLow, row.MemoryHigh),
                    ["other_memory"] = OwnJson.Number(row.OtherMemory),
                    ["no_context"] = OwnJson.Number(row.Nothing),
                },
                ["paper"] = new JsonObject { ["text_in_context"] = row.PaperText, ["memory"] = row.PaperMemory },
            }),
        ];
    }

    /// <summary>
    /// Rows of Table 3: <c>[{"kind","n","tokens_per_slot","loss","accuracy","bleu_ids","bleu_interval","zero","ceiling","paper":{"loss","bleu"}}]</c>; zero and ceiling are BLEU on ids, too.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <returns>A new array.</returns>
    public static JsonArray ToJson(IEnumerable<KindOfTextRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return
        [
            .. rows.Select(row => new JsonObject
            {
                ["kind"] = row.Kind,
                ["n"] = row.Texts,
                ["tokens_per_slot"] = OwnJson.Number(row.TokensPerSlot),
                ["loss"] = OwnJson.Number(row.Loss),
                ["accuracy"] = OwnJson.Number(row.Accuracy),
                ["bleu_ids"] = OwnJson.Number(row.Bleu),
                ["bleu_interval"] = OwnJson.Numbers(row.BleuLow, row.BleuHigh),
                ["zero"] = OwnJson.Number(row.BleuWithoutMemory),
                ["ceiling"] = OwnJson.Number(row.BleuFromContext),
                ["paper"] = new JsonObject { ["loss"] = row.PaperLoss, ["bleu"] = row.PaperBleu },
            }),
        ];
    }
}
