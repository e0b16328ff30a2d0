using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Objectives;

/// <summary>
/// One training example. Labels stand under the id that they equal, as in the published code: the state before a position is what
/// predicts it.
/// </summary>
/// <param name="Kind">The objective.</param>
/// <param name="EncoderIds">The text to compress, ids of the base's vocabulary.</param>
/// <param name="Plan">How the text is cut and how many slots it gets.</param>
/// <param name="DecoderIds">What the decoder reads, with the memory id at each slot's place.</param>
/// <param name="Labels">As many as decoder ids; <see cref="Ignored"/> where nothing is asked.</param>
public sealed record IcaeExample(ObjectiveKind Kind, int[] EncoderIds, SpanPlan Plan, int[] DecoderIds, int[] Labels)
{
    /// <summary>The label of positions that are not scored.</summary>
    public const int Ignored = -100;

    /// <summary>Scored tokens: those with a label and a position before them.</summary>
    public int TargetCount => Labels.Skip(1).Count(label => label != Ignored);
}
