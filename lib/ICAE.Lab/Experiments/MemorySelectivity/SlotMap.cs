using ICAE.Lab.Autoencoder;
using ICAE.Lab.Experiments.RestorationEvaluation;
using ICAE.Lab.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.MemorySelectivity;

/// <summary>
/// Which tokens of a text each of its slots holds: how much more surprising a token is, with the right tokens before it, when one slot is hidden from the decoder.
/// </summary>
/// <param name="Model">The autoencoder's name.</param>
/// <param name="Tokens">N texts of tokens; joined they are the text.</param>
/// <param name="Losses">N: the surprisal of each token in nats, no slot hidden.</param>
/// <param name="Rises">[n, N] nats: for each slot, by how much each token's surprisal rises when the slot is hidden.</param>
public sealed record SlotMap(string Model, IReadOnlyList<string> Tokens, IReadOnlyList<double> Losses, IReadOnlyList<IReadOnlyList<double>> Rises)
{
    private const int RowsAtATime = 32;

    /// <summary>Hides the slots of a memory, one after the other. What is hidden already stays so.</summary>
    /// <param name="model">The autoencoder that made it.</param>
    /// <param name="memory">The memory, of a text that was compressed in this process.</param>
    /// <param name="cancellation">Looked at between batches; the running cell's where none is given.</param>
    /// <returns>The map.</returns>
    /// <exception cref="IcaeException">Another autoencoder made the memory, or it comes from a file, which does not hold the text's tokens.</exception>
    public static SlotMap Of(IcaeModel model, Memory memory, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(memory);
        if (memory.OriginalIds is not { Count: > 0 } ids)
            throw new ConfigurationException("The memory comes from a file, which does not hold the text: compress the text again to see which slot holds what.");

        var stop = NotebookHost.OrCell(cancellation);
        var whole = Force(model, [memory], ids)[0];
        var rises = new List<IReadOnlyList<double>>();
        foreach (var slots in Enumerable.Range(0, memory.SlotCount).Chunk(RowsAtATime))
        {
            stop.ThrowIfCancellationRequested();
            Memory[] hidden = [.. slots.Select(memory.Without)];
            try
            {
                rises.AddRange(Force(model, hidden, ids).Select(losses => (IReadOnlyList<double>)[.. losses.Zip(whole, (without, with) => without - with)]));
            }
            finally
            {
                Array.ForEach(hidden, one => one.Dispose());
            }
        }

        return new SlotMap(model.Name, TokenTexts.OfRunningText(model.Base.Tokenizer, ids), whole, rises);
    }

    /// <summary>The slot that a token needs most.</summary>
    /// <param name="token">The token, from 0.</param>
    /// <returns>The slot, from 0.</returns>
    public int SlotOf(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Tokens.Count);
        return Enumerable.Range(0, Rises.Count).MaxBy(slot => Rises[slot][token]);
    }

    private static double[][] Force(IcaeModel model, Memory[] memories, IReadOnlyList<int> ids)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var lead = Generation.Sequence(model.Core, memories[0].Plan, [], [model.Core.Ids.Autoencode]);
        int[] text = [.. ids];
        var (losses, _) = SlotReading.Force(model.Core, model.ToBatch(memories), lead, [.. memories.Select(_ => text)]);
        return [.. losses.Chunk(ids.Count).Select(part => part.Select(loss => (double)loss).ToArray())];
    }
}
