using ICAE.Lab.Data;

namespace ICAE.Lab.Objectives;

/// <summary>
/// Noise in the decoder's teacher-forced inputs: a share of the tokens it reads is replaced by tokens of the batch's texts (most often another one's), while the labels
/// stay. A decoder trained so reads its memory by position, not by what it wrote last, and keeps its place after a mistake.
/// </summary>
public static class InputNoise
{
    /// <summary>Replaces tokens in a batch of examples.</summary>
    /// <param name="examples">The batch; left as it is.</param>
    /// <param name="most">The largest share; each example draws its own uniformly from 0 to this.</param>
    /// <param name="vocabulary">V of the base: only its ids are replaced.</param>
    /// <param name="random">Decides.</param>
    /// <returns>The examples with new decoder inputs.</returns>
    public static IReadOnlyList<IcaeExample> Apply(IReadOnlyList<IcaeExample> examples, double most, int vocabulary, CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(random);
        if (most <= 0)
        {
            return examples;
        }

        var noisy = new IcaeExample[examples.Count];
        for (var row = 0; row < noisy.Length; row++)
        {
            var example = examples[row];
            var share = random.NextDouble() * most;
            var ids = (int[])example.DecoderIds.Clone();
            for (var i = 1; i < ids.Length; i++)
            {
                if (example.Labels[i] == IcaeExample.Ignored || ids[i] >= vocabulary || random.NextDouble() >= share)
                {
                    continue;
                }

                var other = examples[random.NextInt(examples.Count)].EncoderIds;
                ids[i] = other[random.NextInt(other.Length)];
            }

            noisy[row] = example with { DecoderIds = ids };
        }

        return noisy;
    }
}
