using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>The steps after the first pass: choose, embed, run, until every row has ended.</summary>
internal sealed class GenerationLoop(Transformer model, KeyValueCache cache, GenerationSettings settings, int[] limits)
{
    private readonly HashSet<int> _eos = [.. settings.EosIds ?? model.Config.EosIds];
    private readonly List<int>[] _texts = [.. limits.Select(_ => new List<int>())];
    private readonly GenerationEnd[] _ends = [.. limits.Select(_ => GenerationEnd.Length)];

    /// <summary>Told the row and its new id.</summary>
    public Action<int, int>? OnToken { get; init; }

    /// <summary>Told the step and the logits [b, V] of the rows that are left.</summary>
    public Action<int, Tensor>? OnLogits { get; init; }

    /// <summary>Runs to the end.</summary>
    /// <param name="hidden">[B, W, D]: the first pass's states; every row ends in the last column. Taken over.</param>
    /// <param name="keyMask">[B, S] of the first pass, or <see langword="null"/>. Taken over.</param>
    /// <param name="positions">The position of each row's first new token.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <returns>One text a row.</returns>
    public IReadOnlyList<GeneratedText> Run(Tensor hidden, Tensor? keyMask, IReadOnlyList<int> positions, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var rows = Enumerable.Range(0, limits.Length).ToArray();
        var (states, mask) = (hidden, keyMask);
        var going = rows.Where(row => limits[row] > 0).ToArray();
        int[] ids = [];
        for (var step = 0; going.Length > 0; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var (nextStates, nextMask) = (states, mask);
            if (going.Length < rows.Length)
            {
                var kept = tensor(going.Select(index => (long)index).ToArray(), dtype: ScalarType.Int64, device: model.Device);
                cache.KeepRows(kept);
                nextMask = mask?.index_select(0, kept);
                nextStates = step == 0 ? states.index_select(0, kept) : states;
                rows = [.. going.Select(index => rows[index])];
            }

            if (step > 0)
            {
                ids = [.. going.Select(index => ids[index])];
                nextMask = nextMask is null ? null : cat([nextMask, ones([rows.Length, 1], dtype: ScalarType.Bool, device: model.Device)], 1);
                nextStates = Advance(ids, [.. rows.Select(row => (long)positions[row] + step - 1)], nextMask);
            }

            var logits = model.Logits(nextStates.select(1, nextStates.shape[1] - 1));
            OnLogits?.Invoke(step, logits);
            ids = TokenSampler.Choose(logits, settings, rows, step);
            going = Record(rows, ids, step);
            Replace(ref states!, nextStates);
            Replace(ref mask, nextMask);
        }

        return [.. _texts.Select((text, row) => new GeneratedText(text, _ends[row]))];
    }

    private static void Replace(ref Tensor? old, Tensor? next)
    {
        if (ReferenceEquals(old, next))
        {
            return;
        }

        old?.Dispose();
        old = next?.MoveToOuterDisposeScope();
    }

    /// <summary>Notes the new ids.</summary>
    /// <returns>Which of the rows go on.</returns>
    private int[] Record(int[] rows, int[] ids, int step)
    {
        var going = new List<int>(rows.Length);
        for (var index = 0; index < rows.Length; index++)
        {
            var (row, id) = (rows[index], ids[index]);
            if (_eos.Contains(id))
            {
                _ends[row] = GenerationEnd.EndOfText;
                continue;
            }

            _texts[row].Add(id);
            OnToken?.Invoke(row, id);
            if (step + 1 < limits[row])
            {
                going.Add(index);
            }
        }

        return [.. going];
    }

    private Tensor Advance(int[] ids, long[] positions, Tensor? mask)
    {
        cache.Reserve(1);
        var rows = ids.Length;
        return model.Forward(new TransformerInput
        {
            Embeddings = model.Embed(tensor(ids.Select(id => (long)id).ToArray(), [rows, 1], dtype: ScalarType.Int64, device: model.Device)),
            Positions = tensor(positions, [rows, 1], dtype: ScalarType.Int64, device: model.Device),
            KeyMask = mask,
            Cache = cache,
        }).Hidden;
    }
}
