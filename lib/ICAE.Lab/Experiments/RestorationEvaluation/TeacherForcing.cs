using ICAE.Lab.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ICAE.Lab.Experiments.RestorationEvaluation;

/// <summary>Scores labels against states, with logits in float32 whatever the model computes in.</summary>
internal static class TeacherForcing
{
    // Logits are made so many at a time: 64 MB.
    private const long MostLogits = 1 << 24;

    /// <summary>Scores labels.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="hidden">[..., D] states after the final norm.</param>
    /// <param name="rows">The rows of the flattened states that predict.</param>
    /// <param name="labels">What each is to predict.</param>
    /// <returns>For each label its nats, and whether it had the largest logit.</returns>
    public static (float[] Losses, bool[] Correct) Score(Transformer model, Tensor hidden, long[] rows, long[] labels)
    {
        using var scope = NewDisposeScope();
        var head = model.View(model.Config.TieEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight").to(ScalarType.Float32);
        var states = hidden.reshape(-1, model.Config.HiddenSize);
        var (losses, correct) = (new List<float>(rows.Length), new List<bool>(rows.Length));
        foreach (var part in Enumerable.Range(0, rows.Length).Chunk((int)Math.Max(1, MostLogits / model.Config.VocabularySize)))
        {
            using var partScope = NewDisposeScope();
            var places = tensor(rows.AsSpan(part[0], part.Length).ToArray(), dtype: ScalarType.Int64, device: model.Device);
            var targets = tensor(labels.AsSpan(part[0], part.Length).ToArray(), dtype: ScalarType.Int64, device: model.Device);
            var logits = F.linear(states.index_select(0, places).to(ScalarType.Float32), head); // [n, V]
            losses.AddRange(F.cross_entropy(logits, targets, reduction: nn.Reduction.None).to(CPU).data<float>().ToArray());
            correct.AddRange(logits.argmax(-1).eq(targets).to(CPU).data<bool>().ToArray());
        }

        return ([.. losses], [.. correct]);
    }
}
