namespace ICAE.Lab.Autoencoder;

/// <summary>How a text is cut into spans that are encoded one by one, and where their slots stand (sec. 3.3.3 of the paper).</summary>
/// <param name="TextLength">T: tokens of the text.</param>
/// <param name="Spans">The spans in order.</param>
public sealed record SpanPlan(int TextLength, IReadOnlyList<SpanPlan.Span> Spans)
{
    /// <summary>One span.</summary>
    /// <param name="Start">Its first token.</param>
    /// <param name="Length">Its tokens.</param>
    /// <param name="Slots">Its slots.</param>
    public readonly record struct Span(int Start, int Length, int Slots);

    /// <summary>Slots of all spans.</summary>
    public int SlotCount => (int)Math.Min(int.MaxValue, Spans.Sum(span => (long)span.Slots));

    /// <summary>Tokens per slot as used: T divided by the number of slots.</summary>
    public double Ratio => (double)TextLength / SlotCount;

    /// <summary>Cuts a text: ceil(T / (k · rate)) spans of ceil(T / spans) tokens, the last one perhaps shorter.</summary>
    /// <param name="config">k, the rate and the budget.</param>
    /// <param name="textLength">T, at least 1.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The text is empty.</exception>
    public static SpanPlan For(IcaeConfig config, int textLength)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Cut(config, textLength, tokens => config.Budget == SlotBudget.Fixed
            ? config.Slots
            : Math.Clamp(RoundUp(tokens / config.TokensPerSlot), 1, config.Slots));
    }

    /// <summary>Cuts a text into the config's spans, but with slots by another rate.</summary>
    /// <param name="config">k and the rate that decide the spans.</param>
    /// <param name="textLength">T, at least 1.</param>
    /// <param name="tokensPerSlot">Tokens per slot; each span gets its tokens divided by it, rounded up.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The text is empty or the rate is not positive.</exception>
    public static SpanPlan AtRatio(IcaeConfig config, int textLength, double tokensPerSlot)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokensPerSlot);
        return Cut(config, textLength, tokens => Math.Max(1, RoundUp(tokens / tokensPerSlot)));
    }

    /// <summary>Where a span's memory tokens stand in the encoder; its text stands at 0 to length - 1.</summary>
    /// <param name="positions">The rule.</param>
    /// <param name="length">Tokens of the span.</param>
    /// <param name="slots">Slots of the span.</param>
    /// <returns>One position a slot.</returns>
    public static int[] EncoderPositions(MemoryPositions positions, int length, int slots)
    {
        var result = new int[slots];
        for (var slot = 0; slot < slots; slot++)
        {
            result[slot] = positions == MemoryPositions.Appended
                ? length + slot
                : Math.Clamp((int)Math.Round(((double)slot * length / slots) + ((((double)length / slots) - 1) / 2), MidpointRounding.ToEven), 0, length - 1);
        }

        return result;
    }

    /// <summary>Where the slots of all spans stand in the decoder, counted from the first of them.</summary>
    /// <param name="positions">The rule.</param>
    /// <returns>One position a slot.</returns>
    public int[] DecoderPositions(MemoryPositions positions)
    {
        if (positions == MemoryPositions.Appended)
        {
            return [.. Enumerable.Range(0, SlotCount)];
        }

        return [.. Spans.SelectMany(span => EncoderPositions(positions, span.Length, span.Slots).Select(position => span.Start + position))];
    }

    /// <summary>Where the token behind the slots stands in the decoder, counted from the first slot.</summary>
    /// <param name="config">The rule for positions and the offset.</param>
    /// <returns>The position of [AE], [LM] or [FT].</returns>
    /// <exception cref="ConfigurationException">The text reaches beyond the fixed offset.</exception>
    public int TaskPosition(IcaeConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.TextOffset is not { } offset)
        {
            return Behind(config);
        }

        if (!HasRoom(config))
        {
            throw new ConfigurationException(
                $"A text of {TextLength} tokens is too long for this autoencoder, whose decoder writes from position {offset} on: at most {offset - 1} {(config.Positions == MemoryPositions.Spread ? "tokens" : "slots")} fit before it. Shorten or split the text.");
        }

        return offset - 1;
    }

    /// <summary>Whether the slots end before the decoder's own text begins.</summary>
    internal bool HasRoom(IcaeConfig config) => config.TextOffset is not { } offset || Behind(config) < offset;

    /// <summary>The position behind the last slot, counted from the first.</summary>
    private int Behind(IcaeConfig config) => config.Positions == MemoryPositions.Spread ? TextLength : SlotCount;

    /// <summary>The next whole number, where a quotient is none but for the rounding of its division: 21 / 1.4 is 15.</summary>
    private static int RoundUp(double quotient) => (int)Math.Min(int.MaxValue, Math.Ceiling(quotient - (1e-9 * quotient)));

    private static SpanPlan Cut(IcaeConfig config, int textLength, Func<int, int> slotsOf)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(textLength, 1);
        var count = Math.Clamp(RoundUp(textLength / (config.Slots * config.TokensPerSlot)), 1, textLength);
        var length = (int)(((long)textLength + count - 1) / count);
        var spans = new List<Span>(count);
        for (var start = 0; start < textLength; start += length)
        {
            var tokens = Math.Min(length, textLength - start);
            spans.Add(new Span(start, tokens, slotsOf(tokens)));
        }

        return new SpanPlan(textLength, spans);
    }
}
