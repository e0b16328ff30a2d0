using ICAE.Lab.Autoencoder;
using ICAE.Lab.Objectives;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>What <c>reference.json</c> says of ids, spans and examples: nothing here needs weights.</summary>
internal static class ExampleVerifier
{
    public static void Run(PublishedAutoencoder published, CheckList checks)
    {
        var json = published.Json;
        var config = published.Shape;
        SpecialIdsOf(json, config, published.Base.Config.VocabularySize, checks);
        foreach (var row in Rows(json["compress"]))
            Spans(row, SpanPlan.For(config, Positive(row["length"])), checks);

        foreach (var row in Rows(json["examples"]))
            Example(json, row, config, checks);
    }

    private static IReadOnlyList<ReferenceJson> Rows(ReferenceJson list) => list.HasValue ? list.Items() : [];

    private static void SpecialIdsOf(ReferenceJson json, IcaeConfig config, int vocabulary, CheckList checks)
    {
        var ids = SpecialIds.Of(config, vocabulary);
        (string Name, int Value)[] known =
        [
            ("base_vocab_size", vocabulary), ("pad_id", ids.Pad), ("first_memory_id", ids.Memory),
            ("ae_id", ids.Autoencode), ("lm_id", ids.Continue), ("ft_id", ids.FineTune),
        ];
        foreach (var (name, value) in known)
        {
            if (json[name].HasValue)
                checks.Count("special ids", json[name].Whole() == value, $"{name}: {value} for {json[name].Whole()}");
        }
    }

    private static void Spans(ReferenceJson row, SpanPlan plan, CheckList checks)
    {
        (string Name, int Value)[] known = [("spans", plan.Spans.Count), ("span_length", plan.Spans[0].Length), ("slots", plan.SlotCount)];
        foreach (var (name, value) in known)
        {
            if (row[name].HasValue)
                checks.Count("spans", row[name].Whole() == value, $"{row.Place}.{name}: {value} for {row[name].Whole()}");
        }
    }

    private static void Example(ReferenceJson json, ReferenceJson row, IcaeConfig config, CheckList checks)
    {
        var kind = row["kind"].Text();
        var builder = new ExampleBuilder(config, json["base_vocab_size"].Whole(), json["eos_id"].Whole(), Settings(row["settings"]));
        var example = kind.Split(' ')[0] switch
        {
            "ae" => builder.Autoencoding(Window(row).Text),
            "lm" => builder.Continuation(Window(row).Text, Window(row).Behind),
            "instruction" => builder.Instruction(NotEmpty(row["input"]), row["prompt"].Wholes(), row["answer"].Wholes(), Layout(json, row)),
            _ => null,
        };
        if (example is null)
        {
            checks.Skip(row.Place, $"examples of the kind '{kind}' are not known");
            return;
        }

        Compare(row, "encoder_ids", example.EncoderIds, checks);
        Compare(row, "decoder_ids", example.DecoderIds, checks);
        Compare(row, "labels", example.Labels, checks);
    }

    private static void Compare(ReferenceJson row, string name, int[] actual, CheckList checks)
    {
        if (!row[name].HasValue)
            return;

        var expected = row[name].Wholes();
        checks.Count("examples", expected.AsSpan().SequenceEqual(actual), $"{row.Place}.{name}: {string.Join(" ", actual)} for {string.Join(" ", expected)}");
    }

    private static ExampleSettings Settings(ReferenceJson json)
    {
        var settings = new ExampleSettings();
        return !json.HasValue ? settings : settings with
        {
            MaxLength = json["max_length"].HasValue ? Positive(json["max_length"]) : settings.MaxLength,
            MinContinuationTokens = json["min_tokens_for_lm"].HasValue ? json["min_tokens_for_lm"].Whole() : settings.MinContinuationTokens,
            UnscoredContinuationTokens = json["leave_tokens_for_lm"].HasValue ? json["leave_tokens_for_lm"].Whole() : settings.UnscoredContinuationTokens,
            ContinuationToken = json["lm_token"].HasValue ? json["lm_token"].Flag() : settings.ContinuationToken,
        };
    }

    /// <summary>The text that the published code chose from a document, and what comes behind it.</summary>
    private static (int[] Text, int[] Behind) Window(ReferenceJson row)
    {
        var document = NotEmpty(row["document"]);
        var start = row["window_start"].HasValue ? row["window_start"].Whole() : 0;
        var length = row["window_length"].HasValue ? row["window_length"].Whole() : document.Length - start;
        return start >= 0 && length > 0 && start + (long)length <= document.Length
            ? (document[start..(start + length)], document[(start + length)..])
            : throw row["window_length"].Wrong($"a window of {length} from {start} does not lie in a document of {document.Length}");
    }

    /// <summary>Version 1 of the published code ends prompts with a second [FT]; version 2 with Mistral's instruction marks.</summary>
    private static InstructionLayout Layout(ReferenceJson json, ReferenceJson row)
    {
        var decoder = row["decoder_ids"].HasValue ? row["decoder_ids"].Wholes() : [];
        return decoder.Length > 0 && decoder[0] == json["first_memory_id"].Whole() ? InstructionLayout.Version1 : InstructionLayout.Version2Mistral;
    }

    private static int Positive(ReferenceJson value) => value.Whole() is > 0 and var number ? number : throw value.Wrong("a number of at least 1 is expected");

    private static int[] NotEmpty(ReferenceJson value) => value.Wholes() is { Length: > 0 } ids ? ids : throw value.Wrong("there are no ids");
}
