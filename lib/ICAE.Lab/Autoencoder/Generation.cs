using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Autoencoder;

/// <summary>
/// Free-running text, many rows at a time: restored from slots, continued from them, or written by a base alone. Keys and values are
/// kept from step to step, and rows that ended leave the batch.
/// </summary>
/// <remarks>
/// A callback gets the row's number and the id as soon as it is chosen; it runs in inference mode, on the thread that called. A
/// cancellation is looked at before each step.
/// </remarks>
public static class Generation
{
    // The cache starts with room for this many new tokens and doubles: most rows end long before their limit.
    private const int FirstRoom = 64;

    /// <summary>Restores texts: what follows slots and [AE].</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="slots">The texts' slots.</param>
    /// <param name="settings">How tokens are chosen; <see langword="null"/> for greedy.</param>
    /// <param name="onToken">Told each row's new id.</param>
    /// <param name="cancellation">Ends the generation.</param>
    /// <returns>One text a row.</returns>
    public static IReadOnlyList<GeneratedText> Restore(
        Icae icae, SlotBatch slots, GenerationSettings? settings = null, Action<int, int>? onToken = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(icae);
        ArgumentNullException.ThrowIfNull(slots);
        return Run(icae, slots, [.. slots.Plans.Select(plan => Sequence(icae, plan, [], [icae.Ids.Autoencode]))], settings, onToken, cancellation);
    }

    /// <summary>Goes on from texts: what follows slots, or slots and [LM].</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="slots">The texts' slots.</param>
    /// <param name="settings">How tokens are chosen; <see langword="null"/> for greedy.</param>
    /// <param name="continuationToken">Whether [LM] stands behind the slots, as it did or did not in training. Slots that are keys and values need it.</param>
    /// <param name="onToken">Told each row's new id.</param>
    /// <param name="cancellation">Ends the generation.</param>
    /// <returns>One text a row.</returns>
    public static IReadOnlyList<GeneratedText> Continue(
        Icae icae,
        SlotBatch slots,
        GenerationSettings? settings = null,
        bool continuationToken = false,
        Action<int, int>? onToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(icae);
        ArgumentNullException.ThrowIfNull(slots);
        int[] behind = continuationToken ? [icae.Ids.Continue] : [];
        return Run(icae, slots, [.. slots.Plans.Select(plan => Sequence(icae, plan, [], behind))], settings, onToken, cancellation);
    }

    /// <summary>Answers prompts about texts: what follows slots, [FT] and prompt (sec. 2.3 of the paper).</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="slots">The texts' slots.</param>
    /// <param name="prompts">One prompt a text.</param>
    /// <param name="layout">What stood around slots, prompt and answer in training; what ends an answer there ends it here, too.</param>
    /// <param name="settings">How tokens are chosen; <see langword="null"/> for greedy.</param>
    /// <param name="onToken">Told each row's new id.</param>
    /// <param name="cancellation">Ends the generation.</param>
    /// <returns>One answer a row.</returns>
    public static IReadOnlyList<GeneratedText> Answer(
        Icae icae,
        SlotBatch slots,
        IReadOnlyList<int[]> prompts,
        InstructionLayout layout,
        GenerationSettings? settings = null,
        Action<int, int>? onToken = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(icae);
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(layout);
        int[] before = [.. layout.Before];
        var chosen = settings ?? new GenerationSettings();
        if (layout.AnswerEnd is { } end)
            chosen = chosen with { EosIds = [.. chosen.EosIds ?? icae.Base.Config.EosIds, end] };

        return Run(icae, slots, [.. slots.Plans.Zip(prompts, (plan, prompt) => Sequence(icae, plan, before, layout.Behind(icae.Ids, prompt)))], chosen, onToken, cancellation);
    }

    /// <summary>Writes on behind any decoder sequences.</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="slots">The slots of each row.</param>
    /// <param name="sequences">
    /// For each row its decoder ids, with <see cref="SpecialIds.Memory"/> once for each slot, in one run, or nowhere: such a row reads no slots.
    /// </param>
    /// <param name="settings">How tokens are chosen; <see langword="null"/> for greedy.</param>
    /// <param name="onToken">Told each row's new id.</param>
    /// <param name="cancellation">Ends the generation.</param>
    /// <returns>One text a row.</returns>
    /// <exception cref="ArgumentException">A row has no token from which to go on, or ids that neither base nor table has.</exception>
    public static IReadOnlyList<GeneratedText> Run(
        Icae icae,
        SlotBatch slots,
        IReadOnlyList<int[]> sequences,
        GenerationSettings? settings = null,
        Action<int, int>? onToken = null,
        CancellationToken cancellation = default) => Run(icae, slots, sequences, settings, onToken, null, cancellation);

    /// <summary>Writes on behind plain prompts with a base alone.</summary>
    /// <param name="model">The base.</param>
    /// <param name="prompts">Ids of each row's prompt, none empty.</param>
    /// <param name="settings">How tokens are chosen, with a largest number of tokens.</param>
    /// <param name="onToken">Told each row's new id.</param>
    /// <param name="cancellation">Ends the generation.</param>
    /// <returns>One text a row.</returns>
    /// <exception cref="ArgumentException">A prompt is empty or holds an id that the model lacks.</exception>
    public static IReadOnlyList<GeneratedText> Run(
        Transformer model, IReadOnlyList<int[]> prompts, GenerationSettings settings, Action<int, int>? onToken = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(settings);
        var limits = settings.Validate().Limits(prompts.Count, null);
        if (prompts.Count == 0)
        {
            return [];
        }

        var (rows, width) = (prompts.Count, prompts.Max(prompt => prompt.Length));
        var (ids, positions, mask) = (new long[rows * width], new long[rows * width], new bool[rows * width]);
        for (var row = 0; row < rows; row++)
        {
            var prompt = prompts[row];
            if (prompt.Length == 0 || prompt.AsSpan().ContainsAnyExceptInRange(0, model.Config.VocabularySize - 1))
            {
                throw new ArgumentException($"The prompt of row {row} is empty or holds an id that is not in the vocabulary of {model.Config.VocabularySize}.", nameof(prompts));
            }

            for (var i = 0; i < prompt.Length; i++)
            {
                var place = ((row + 1) * width) - prompt.Length + i;
                (ids[place], positions[place], mask[place]) = (prompt[i], i, true);
            }
        }

        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        using var cache = new KeyValueCache(model.Config, rows, width + FirstRoom, model.ComputeType, model.Device);
        var keyMask = mask.AsSpan().Contains(false) ? tensor(mask, [rows, width], dtype: ScalarType.Bool, device: model.Device) : null;
        var hidden = model.Forward(new TransformerInput
        {
            Embeddings = model.Embed(tensor(ids, [rows, width], dtype: ScalarType.Int64, device: model.Device)),
            Positions = tensor(positions, [rows, width], dtype: ScalarType.Int64, device: model.Device),
            KeyMask = keyMask,
            Cache = cache,
        }).Hidden;
        return new GenerationLoop(model, cache, settings, limits) { OnToken = onToken }
            .Run(hidden, keyMask, [.. prompts.Select(prompt => prompt.Length)], cancellation);
    }

    /// <summary>The ids of a decoder sequence: some before the places of a text's slots, and some behind them.</summary>
    /// <param name="icae">The autoencoder.</param>
    /// <param name="plan">The text's plan, which says how many slots there are.</param>
    /// <param name="before">Ids before the slots.</param>
    /// <param name="behind">Ids behind them.</param>
    /// <returns>The sequence.</returns>
    public static int[] Sequence(Icae icae, SpanPlan plan, ReadOnlySpan<int> before, ReadOnlySpan<int> behind)
    {
        ArgumentNullException.ThrowIfNull(icae);
        ArgumentNullException.ThrowIfNull(plan);
        var sequence = new int[before.Length + plan.SlotCount + behind.Length];
        before.CopyTo(sequence);
        sequence.AsSpan(before.Length, plan.SlotCount).Fill(icae.Ids.Memory);
        behind.CopyTo(sequence.AsSpan(before.Length + plan.SlotCount));
        return sequence;
    }

    internal static IReadOnlyList<GeneratedText> Run(
        Icae icae,
        SlotBatch slots,
        IReadOnlyList<int[]> sequences,
        GenerationSettings? settings,
        Action<int, int>? onToken,
        Action<int, Tensor>? onLogits,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(icae);
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(sequences);
        var chosen = (settings ?? new GenerationSettings()).Validate();
        if (sequences.Count == 0 && slots.Plans.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var layout = DecoderLayout.Build(icae, slots, sequences, padLeft: true);
        var limits = chosen.Limits(layout.Batch, slots.Plans);
        if (Enumerable.Range(0, layout.Batch).FirstOrDefault(row => layout.Length(row) == 0, -1) is >= 0 and var empty)
        {
            throw new ArgumentException($"Row {empty} holds no token to go on from: slots that are keys and values need one behind them.", nameof(sequences));
        }

        var model = icae.Base;
        using var cache = new KeyValueCache(model.Config, layout.Batch, layout.PrefixWidth + layout.Width + FirstRoom, model.ComputeType, model.Device);
        var states = icae.Decode(slots, layout, cache);
        return new GenerationLoop(model, cache, chosen, limits) { OnToken = onToken, OnLogits = onLogits }
            .Run(states.Hidden, icae.KeyMask(layout), layout.NextPositions, cancellation);
    }
}
