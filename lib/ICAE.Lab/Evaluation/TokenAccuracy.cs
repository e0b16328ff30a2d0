namespace ICAE.Lab.Evaluation;

/// <summary>
/// The share of tokens that are right at their own position, over many texts, by position and by part of the text. For teacher-forced
/// predictions this is the usual accuracy; for free-running restorations one omission makes all that follows count as wrong (<see cref="Alignment"/> does not).
/// </summary>
public sealed class TokenAccuracy
{
    private readonly List<long> _correct = [];
    private readonly List<long> _total = [];
    private readonly long[] _partCorrect;
    private readonly long[] _partTotal;

    /// <summary>Starts with no text.</summary>
    /// <param name="parts">Into how many equal parts each text is cut for <see cref="AtPart"/>.</param>
    public TokenAccuracy(int parts = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        _partCorrect = new long[parts];
        _partTotal = new long[parts];
    }

    /// <summary>Tokens that are right, over all texts.</summary>
    public long Correct { get; private set; }

    /// <summary>Reference tokens, over all texts.</summary>
    public long Total { get; private set; }

    /// <summary>The share that is right, 0 to 1; NaN before the first token.</summary>
    public double Overall => (double)Correct / Total;

    /// <summary>The longest reference so far, in tokens.</summary>
    public int Positions => _total.Count;

    /// <summary>Into how many parts each text is cut.</summary>
    public int Parts => _partTotal.Length;

    /// <summary>The accuracy of one text.</summary>
    /// <param name="hypothesis">The ids to be scored; missing ones count as wrong, surplus ones not at all.</param>
    /// <param name="reference">The ids they should be.</param>
    /// <returns>The share that is right, 0 to 1; 1 for an empty reference.</returns>
    public static double Of(IReadOnlyList<int> hypothesis, IReadOnlyList<int> reference)
    {
        var accuracy = new TokenAccuracy(1);
        accuracy.Add(hypothesis, reference);
        return accuracy.Total == 0 ? 1 : accuracy.Overall;
    }

    /// <summary>Adds a text.</summary>
    /// <param name="hypothesis">The ids to be scored; missing ones count as wrong, surplus ones not at all.</param>
    /// <param name="reference">The ids they should be.</param>
    public void Add(IReadOnlyList<int> hypothesis, IReadOnlyList<int> reference)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(reference);
        for (var position = 0; position < reference.Count; position++)
        {
            if (position == _total.Count)
            {
                _total.Add(0);
                _correct.Add(0);
            }
            var part = (int)((long)position * Parts / reference.Count);
            _total[position]++;
            _partTotal[part]++;
            Total++;
            if (position >= hypothesis.Count || hypothesis[position] != reference[position])
                continue;
            _correct[position]++;
            _partCorrect[part]++;
            Correct++;
        }
    }

    /// <summary>The accuracy at one position.</summary>
    /// <param name="position">0 … <see cref="Positions"/> - 1.</param>
    /// <returns>The share that is right, and of how many texts.</returns>
    public (double Accuracy, long Texts) AtPosition(int position) => ((double)_correct[position] / _total[position], _total[position]);

    /// <summary>The accuracy in one part of the texts, such as their first eighth.</summary>
    /// <param name="part">0 … <see cref="Parts"/> - 1.</param>
    /// <returns>The share that is right (NaN without tokens), and of how many tokens.</returns>
    public (double Accuracy, long Tokens) AtPart(int part) => ((double)_partCorrect[part] / _partTotal[part], _partTotal[part]);
}
