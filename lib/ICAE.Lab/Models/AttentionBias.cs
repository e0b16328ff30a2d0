using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>The additive mask of attention: 0 where a query may look, a large negative number elsewhere.</summary>
public static class AttentionBias
{
    // Finite, so that a padding row that sees nothing gives some average and not NaN, which later layers would spread.
    private const float Hidden = -30_000f;

    /// <summary>Builds the mask for queries at the end of a sequence of keys.</summary>
    /// <param name="queries">T: number of queries; they are the last T of the keys.</param>
    /// <param name="keys">S: number of keys, those from a cache or of memory slots included.</param>
    /// <param name="slidingWindow">How many keys a query sees, its own included, or <see langword="null"/>.</param>
    /// <param name="keyMask">[B, S] bool, true for real tokens, or <see langword="null"/> where all are real.</param>
    /// <param name="segments">[B, S] int64: tokens see only keys of their own segment; <see langword="null"/> where a row is one text.</param>
    /// <param name="dtype">The compute type.</param>
    /// <param name="device">The device.</param>
    /// <returns>[1, T, S], or [B, T, S] with a key mask or segments, of the caller's dispose scope; <see langword="null"/> where nothing is hidden.</returns>
    public static Tensor? Build(long queries, long keys, int? slidingWindow, Tensor? keyMask, Tensor? segments, ScalarType dtype, Device device)
    {
        if (queries == 1 && keyMask is null && segments is null && (slidingWindow is null || slidingWindow >= keys))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var query = arange(keys - queries, keys, dtype: ScalarType.Int64, device: device).unsqueeze(1);
        var key = arange(0, keys, dtype: ScalarType.Int64, device: device).unsqueeze(0);
        var hidden = key.gt(query);
        hidden = hidden.unsqueeze(0);
        if (slidingWindow is { } window)
        {
            // The window counts real tokens: padding may lie between memory slots and a text.
            var rank = keyMask is null ? key : keyMask.to(ScalarType.Int64).cumsum(1); // [1 or B, S]
            hidden = hidden.logical_or(rank.unsqueeze(1).le(rank.narrow(1, keys - queries, queries).unsqueeze(2).sub(window)));
        }

        if (keyMask is not null)
        {
            hidden = hidden.logical_or(keyMask.logical_not().unsqueeze(1));
        }

        if (segments is not null)
        {
            hidden = hidden.logical_or(segments.narrow(1, keys - queries, queries).unsqueeze(2).ne(segments.unsqueeze(1)));
        }

        return zeros(hidden.shape, dtype: dtype, device: device).masked_fill_(hidden, Hidden).MoveToOuterDisposeScope();
    }
}
