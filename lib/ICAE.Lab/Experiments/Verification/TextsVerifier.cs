using System.Globalization;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// A pretrained model on real texts: logits, states, losses and log-probabilities, greedy answers, and, where its weights are a GGUF
/// file, checksums of dequantised tensors.
/// </summary>
internal static class TextsVerifier
{
    public static void Run(string folder, VerificationSettings settings, CheckList checks)
    {
        var basePath = BaseModels.Required(settings, folder, "this reference");
        var json = ReferenceJson.Read(Path.Combine(folder, ReferenceJson.FileName));
        Stored(json["dequantised_tensors_as_stored"], basePath, checks);
        var tokenizer = FindTokenizer(basePath, checks);
        var tensors = Path.Combine(folder, ReferenceTensors.FileName);
        using var reference = File.Exists(tensors) ? ReferenceTensors.Open(tensors) : null;
        using var model = BaseModels.Load(basePath, settings, checks.Cancellation);
        using var threads = SmallModelThreads.For(model, settings);
        if (reference is not null)
        {
            var texts = json["texts"].HasValue ? json["texts"].Items() : [];
            for (var i = 0; reference.Has(Name(i, "input_ids")); i++)
            {
                Text(model, reference, i, i < texts.Count ? texts[i]["mean_loss"] : default, checks);
                if (tokenizer is not null && i < texts.Count && texts[i]["text"].HasValue)
                    checks.Ids("texts: ids", reference.Row(Name(i, "input_ids")), [.. tokenizer.Encode(texts[i]["text"].Text(), addSpecialTokens: true, parseSpecialTokens: true)], texts[i].Place);
            }
        }
        else if (json["texts"].HasValue)
        {
            checks.Skip("texts", $"there is no {ReferenceTensors.FileName} with their ids");
        }

        var chats = json["chat"].HasValue ? json["chat"].Items() : [];
        for (var i = 0; i < chats.Count; i++)
            Chat(model, tokenizer, chats[i], i, checks);
    }

    /// <summary>The base's own tokenizer, if it brings one that this library reads.</summary>
    private static ITextTokenizer? FindTokenizer(string basePath, CheckList checks)
    {
        try
        {
            return TokenizerFile.Load(basePath);
        }
        catch (IcaeException error)
        {
            checks.Skip("texts as ids", error.Message);
            return null;
        }
    }

    private static string Name(int text, string field) => string.Create(CultureInfo.InvariantCulture, $"{text}.{field}");

    private static void Text(Transformer model, ReferenceTensors reference, int text, ReferenceJson meanLoss, CheckList checks)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var ids = reference.Ids(Name(text, "input_ids"), model.Config.VocabularySize, 2).to(model.Device);
        Tensor? first = null;
        var hidden = model.Forward(new TransformerInput
        {
            Embeddings = model.Embed(ids),
            OnLayer = (layer, states) => first = layer == 0 ? states.detach().MoveToOuterDisposeScope() : first,
        }).Hidden;
        var logits = model.Logits(hidden).to(ScalarType.Float32)[0]; // [T, V]
        void Compare(string field, Tensor actual, double tolerance)
        {
            var name = Name(text, field);
            if (reference.Has(name))
                checks.Tensors(name, reference.Floats(name), actual, tolerance);
        }

        Compare("after_first_layer", first![0], Tolerances.PretrainedLogits);
        Compare("final_norm_output", hidden[0], Tolerances.PretrainedLogits);
        Compare("last_logits", logits[-1], Tolerances.PretrainedLogits);
        Largest(reference, text, logits, checks);
        if (ids.shape[1] < 2)
            return;

        var next = ids[0].narrow(0, 1, ids.shape[1] - 1).unsqueeze(1);
        var logProbabilities = logits.narrow(0, 0, ids.shape[1] - 1).log_softmax(-1).gather(1, next).squeeze(1);
        Compare("token_log_probabilities", logProbabilities, Tolerances.PretrainedLoss);
        if (meanLoss.HasValue)
            checks.Number(Name(text, "mean_loss"), meanLoss.Number(), -logProbabilities.mean().item<float>(), Tolerances.PretrainedLoss, meanLoss.Place);
    }

    /// <summary>The largest logits of each position: their values, and the logits of the ids that had them.</summary>
    private static void Largest(ReferenceTensors reference, int text, Tensor logits, CheckList checks)
    {
        var (values, ids) = (Name(text, "top_logits"), Name(text, "top_ids"));
        if (!reference.Has(values))
            return;

        var expected = reference.Floats(values, 2);
        if (expected.shape[1] > logits.shape[1])
            throw new MalformedFileException(reference.Path, values, $"there are {expected.shape[1]} values a position for a vocabulary of {logits.shape[1]}");

        checks.Tensors(values, expected, logits.topk((int)expected.shape[1]).values, Tolerances.PretrainedLogits);
        if (!reference.Has(ids))
            return;

        var index = reference.Ids(ids, (int)logits.shape[1], 2).to(logits.device);
        if (index.shape[0] != logits.shape[0])
            checks.Add($"{values} of top_ids", double.PositiveInfinity, Tolerances.PretrainedLogits, $"there are {index.shape[0]} positions for {logits.shape[0]}");
        else
            checks.Tensors($"{values} of top_ids", expected, logits.gather(1, index), Tolerances.PretrainedLogits);
    }

    private static void Chat(Transformer model, ITextTokenizer? tokenizer, ReferenceJson chat, int number, CheckList checks)
    {
        if (!chat["prompt_ids"].HasValue || !chat["greedy_ids"].HasValue)
        {
            checks.Skip(chat.Place, "it has no ids");
            return;
        }

        var (prompt, expected) = (chat["prompt_ids"].Wholes(), chat["greedy_ids"].Wholes());
        if (prompt.Length == 0 || expected.Length == 0 || prompt.Any(id => id < 0 || id >= model.Config.VocabularySize))
            throw chat["prompt_ids"].Wrong($"ids below {model.Config.VocabularySize} are expected");

        var settings = new GenerationSettings { MaxNewTokens = expected.Length, EosIds = [] };
        var tokens = Generation.Run(model, [prompt], settings, cancellation: checks.Cancellation)[0].Ids;
        checks.Ids(string.Create(CultureInfo.InvariantCulture, $"chat {number}: greedy ids"), expected, tokens);
        if (tokenizer is null)
            return;

        if (chat["prompt"].HasValue)
            checks.Ids("chats: ids", prompt, [.. tokenizer.Encode(chat["prompt"].Text(), addSpecialTokens: false, parseSpecialTokens: true)], chat.Place);

        if (chat["greedy_text"].HasValue)
            checks.Count("chats: texts", tokenizer.Decode(expected, skipSpecialTokens: true) == chat["greedy_text"].Text(), $"{chat.Place}.greedy_text: {tokenizer.Decode(expected, skipSpecialTokens: true)}");
    }

    /// <summary>Tensors as the file stores them, their rows not yet put into Hugging Face's order.</summary>
    private static void Stored(ReferenceJson json, string basePath, CheckList checks)
    {
        if (!json.HasValue)
            return;

        if (Directory.Exists(basePath) || TensorSources.KindOf(basePath) != ModelFileKind.Gguf)
        {
            checks.Skip(json.Place, "the base is no GGUF file");
            return;
        }

        using var file = GgufFile.Open(basePath);
        foreach (var (name, expected) in json.Fields())
            Stored(file, name, expected, checks);
    }

    private static void Stored(GgufFile file, string name, ReferenceJson expected, CheckList checks)
    {
        if (!file.TryDescribe(name, out var descriptor))
        {
            checks.Count("stored: names, types, shapes", false, $"{name}: the file does not have it");
            return;
        }

        if (expected["type"].HasValue)
            checks.Count("stored: names, types, shapes", expected["type"].Text() == descriptor.StoredType, $"{name}: {descriptor.StoredType} for {expected["type"].Text()}");

        if (expected["shape_rows_first"].HasValue)
        {
            var shape = expected["shape_rows_first"].Wholes().Select(size => (long)size).ToArray();
            checks.Count("stored: names, types, shapes", descriptor.Shape.SequenceEqual(shape), $"{name}: [{string.Join(", ", descriptor.Shape)}] for [{string.Join(", ", shape)}]");
        }

        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var values = file.Load(name, ScalarType.Float32).reshape(-1);
        var wide = values.to(ScalarType.Float64);
        var squares = wide.square().sum().item<double>();
        if (expected["sum"].HasValue)
        {
            // Relative to the root of the sum of squares: the sum itself may cancel.
            var difference = Math.Abs(expected["sum"].Number() - wide.sum().item<double>()) / Math.Max(Math.Sqrt(squares), 1e-30);
            checks.Add("stored: sums (relative)", difference, Tolerances.Checksum, name);
        }

        if (expected["sum_of_squares"].HasValue)
            checks.Add("stored: sums of squares (relative)", Math.Abs(expected["sum_of_squares"].Number() - squares) / Math.Max(squares, 1e-30), Tolerances.Checksum, name);

        if (expected["first_8"].HasValue)
        {
            var first = expected["first_8"].Numbers().Select(number => (float)number).ToArray();
            var actual = values.narrow(0, 0, Math.Min(first.Length, values.numel())).data<float>().ToArray();
            checks.Add("stored: first values (ulp)", first.Length == actual.Length ? FloatOrder.LargestUlps(first, actual) : double.PositiveInfinity, Tolerances.Ulps, name);
        }
    }
}
