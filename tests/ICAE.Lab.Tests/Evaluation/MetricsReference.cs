using System.Text.Json;

namespace ICAE.Lab.Tests.Evaluation;

/// <summary>The values of sacrebleu 2.6, NLTK and rouge-score in Reference/text/metrics.json.</summary>
internal static class MetricsReference
{
    public static JsonElement Root { get; } = JsonDocument
        .Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Reference", "text", "metrics.json"))).RootElement;

    public static JsonElement[] Sentences { get; } = Root.GetProperty("sentences").EnumerateArray().ToArray();

    public static JsonElement[] TokenIds { get; } = Root.GetProperty("token_ids").EnumerateArray().ToArray();

    public static (string Hypothesis, string Reference)[] Pairs { get; } =
        Sentences.Select(s => (s.GetProperty("hypothesis").GetString()!, s.GetProperty("reference").GetString()!)).ToArray();

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static int[] Ids(this JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(e => e.GetInt32()).ToArray();
}
