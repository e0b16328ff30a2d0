using ICAE.Lab.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// A base model: groups of tensors such as <c>plain.input_ids</c> and <c>plain.logits</c>. What a group holds decides how it is computed:
/// ids or embeddings, with a mask, positions or neither; or a prompt and the tokens that follow it greedily.
/// </summary>
internal static class BaseModelVerifier
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "input_ids", "inputs_embeds", "attention_mask", "position_ids", "embeddings", "after_first_layer", "final_norm_output",
        "logits", "logits_where_mask_is_1", "loss", "prompt", "tokens",
    };

    public static void Run(string folder, VerificationSettings settings, CheckList checks)
    {
        using var reference = ReferenceTensors.Open(Path.Combine(folder, ReferenceTensors.FileName));
        using var model = BaseModels.Load(folder, settings, checks.Cancellation);
        using var threads = SmallModelThreads.For(model, settings);
        foreach (var group in reference.Names.GroupBy(name => name.Split('.', 2)[0]).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (var name in group.Where(name => name.Split('.', 2) is not [_, var field] || !Known.Contains(field)))
                checks.Skip(name, "this quantity is not known");

            using var scope = NewDisposeScope();
            using var _ = inference_mode();
            if (reference.Has($"{group.Key}.prompt"))
                Greedy(model, reference, group.Key, checks);
            else if (reference.Has($"{group.Key}.input_ids") || reference.Has($"{group.Key}.inputs_embeds"))
                Forward(model, reference, group.Key, checks);
        }
    }

    private static void Forward(Transformer model, ReferenceTensors reference, string group, CheckList checks)
    {
        var device = model.Device;
        string Name(string field) => $"{group}.{field}";
        Tensor? Optional(string field) => reference.Has(Name(field)) ? reference.Wholes(Name(field), 2).to(device) : null;

        var ids = reference.Has(Name("input_ids")) ? reference.Ids(Name("input_ids"), model.Config.VocabularySize, 2).to(device) : null;
        var embeddings = ids is not null ? model.Embed(ids) : reference.Floats(Name("inputs_embeds"), 3).to(model.ComputeType, device);
        var (mask, positions) = (Optional("attention_mask")?.to(ScalarType.Bool), Optional("position_ids"));
        var (batch, length) = (embeddings.shape[0], embeddings.shape[1]);
        Tensor? first = null;
        var hidden = model.Forward(new TransformerInput
        {
            Embeddings = embeddings,
            Positions = positions,
            KeyMask = mask,
            // Without a mask, transformers takes a jump in the positions for the start of another text.
            Segments = positions is not null && mask is null ? PackedRows.SegmentsFromPositions(positions).expand(batch, length) : null,
            OnLayer = (layer, states) => first = layer == 0 ? states.detach().MoveToOuterDisposeScope() : first,
        }).Hidden;
        var logits = model.Logits(hidden);

        void Compare(string field, Tensor? actual, double tolerance)
        {
            if (!reference.Has(Name(field)))
                return;

            if (actual is null)
                checks.Skip(Name(field), "there is nothing to compare it with");
            else
                checks.Tensors(Name(field), reference.Floats(Name(field)), actual, tolerance);
        }

        Compare("embeddings", ids is null ? null : embeddings, Tolerances.Weights);
        Compare("after_first_layer", first, Tolerances.Logits);
        Compare("final_norm_output", hidden, Tolerances.Logits);
        Compare("logits", logits, Tolerances.Logits);
        Compare("logits_where_mask_is_1", mask is null ? null : logits.masked_fill(mask.logical_not().unsqueeze(-1), 0), Tolerances.Logits);
        Compare("loss", ids is null || mask is not null || length < 2 ? null : NextTokenLoss(logits, ids).reshape(1), Tolerances.Loss);
    }

    private static Tensor NextTokenLoss(Tensor logits, Tensor ids) =>
        F.cross_entropy(
            logits.narrow(1, 0, logits.shape[1] - 1).reshape(-1, logits.shape[2]).to(ScalarType.Float32),
            ids.narrow(1, 1, ids.shape[1] - 1).reshape(-1));

    private static void Greedy(Transformer model, ReferenceTensors reference, string group, CheckList checks)
    {
        var (tokensName, logitsName) = ($"{group}.tokens", $"{group}.logits");
        var next = reference.Ids($"{group}.prompt", model.Config.VocabularySize, 2).to(model.Device);
        if (next.shape[0] != 1)
            throw new MalformedFileException(reference.Path, $"{group}.prompt", "one row is expected");

        var expected = reference.Has(tokensName) ? reference.Row(tokensName) : null;
        var expectedLogits = reference.Has(logitsName) ? reference.Floats(logitsName, 3) : null;
        var steps = expected?.Length ?? (int)(expectedLogits?.shape[1] ?? 0);
        var (tokens, logits) = (new int[steps], new Tensor[steps]);
        using var cache = new KeyValueCache(model.Config, 1, next.shape[1] + steps, model.ComputeType, model.Device);
        for (var step = 0; step < steps; step++)
        {
            checks.Cancellation.ThrowIfCancellationRequested();
            var hidden = model.Forward(new TransformerInput { Embeddings = model.Embed(next), Cache = cache }).Hidden;
            logits[step] = model.Logits(hidden.narrow(1, hidden.shape[1] - 1, 1));
            next = logits[step].argmax(-1);
            tokens[step] = (int)next.item<long>();
        }

        if (expected is not null)
            checks.Ids(tokensName, expected, tokens);

        if (expectedLogits is not null)
            checks.Tensors(logitsName, expectedLogits, cat(logits, 1), Tolerances.Logits);
    }
}
