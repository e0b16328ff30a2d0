namespace ICAE.Lab.Evaluation;

/// <summary>
/// Finds runs of unmatched original tokens among the unmatched restored ones: longest runs first, then those moved least, then in order. Each token
/// takes part in one move at most.
/// </summary>
internal sealed class MovedRuns
{
    private readonly Run[] _away;
    private readonly Run[] _here;
    private readonly bool[] _originalTaken;
    private readonly bool[] _restoredTaken;

    public MovedRuns(IReadOnlyList<int> original, IReadOnlyList<int> restored, int[] partner, bool[] restoredMatched, int minimum)
    {
        _away = new Run[original.Count];
        _here = new Run[restored.Count];
        _originalTaken = partner.Select(j => j >= 0).ToArray();
        _restoredTaken = restoredMatched.ToArray();
        var queue = new PriorityQueue<(int I, int J, int Length), (int, int, int, int)>();
        foreach (var run in CommonRuns(original, restored))
            Enqueue(run.I, run.J, run.Length);
        while (queue.TryDequeue(out var run, out _))
        {
            if (FreeFrom(run.I, run.J, run.Length) == run.Length)
                Take(run.I, run.J, run.Length);
            else
                Requeue(run.I, run.J, run.Length);
        }

        void Enqueue(int i, int j, int length)
        {
            if (length >= minimum)
                queue.Enqueue((i, j, length), (-length, Math.Abs(i - j), i, j));
        }

        void Requeue(int i, int j, int length)
        {
            for (var k = 0; k < length;)
            {
                var free = FreeFrom(i + k, j + k, length - k);
                Enqueue(i + k, j + k, free);
                k += Math.Max(1, free);
            }
        }
    }

    /// <summary>The move that starts at an original token; length 0 if none does.</summary>
    public Run AwayAt(int i) => _away[i];

    /// <summary>The move whose tokens start at a restored token; length 0 if none does.</summary>
    public Run HereAt(int j) => _here[j];

    /// <summary>How many original tokens from here on are not part of a move.</summary>
    public int UnmovedOriginals(int from, int end) => Free(_originalTaken, from, end);

    /// <summary>How many restored tokens from here on are not part of a move.</summary>
    public int UnmovedRestoreds(int from, int end) => Free(_restoredTaken, from, end);

    private static int Free(bool[] taken, int from, int end)
    {
        var at = from;
        while (at < end && !taken[at])
            at++;
        return at - from;
    }

    private int FreeFrom(int i, int j, int length)
    {
        var free = 0;
        while (free < length && !_originalTaken[i + free] && !_restoredTaken[j + free])
            free++;
        return free;
    }

    private void Take(int i, int j, int length)
    {
        _away[i] = new Run(length, j);
        _here[j] = new Run(length, i);
        for (var k = 0; k < length; k++)
            _originalTaken[i + k] = _restoredTaken[j + k] = true;
    }

    /// <summary>All maximal runs of unmatched tokens that both sides have.</summary>
    private IEnumerable<(int I, int J, int Length)> CommonRuns(IReadOnlyList<int> original, IReadOnlyList<int> restored)
    {
        var places = new Dictionary<int, List<int>>();
        for (var j = 0; j < restored.Count; j++)
        {
            if (_restoredTaken[j])
                continue;
            if (!places.TryGetValue(restored[j], out var list))
                places[restored[j]] = list = [];
            list.Add(j);
        }
        for (var i = 0; i < original.Count; i++)
        {
            if (_originalTaken[i] || !places.TryGetValue(original[i], out var list))
                continue;
            foreach (var j in list)
            {
                var starts = i == 0 || j == 0 || _originalTaken[i - 1] || _restoredTaken[j - 1] || original[i - 1] != restored[j - 1];
                if (!starts)
                    continue;
                var length = 1;
                while (i + length < original.Count && j + length < restored.Count && !_originalTaken[i + length]
                    && !_restoredTaken[j + length] && original[i + length] == restored[j + length])
                {
                    length++;
                }
                yield return (i, j, length);
            }
        }
    }

    /// <summary>A move seen from one side.</summary>
    /// <param name="Length">Its tokens.</param>
    /// <param name="Counterpart">Where it starts on the other side.</param>
    public readonly record struct Run(int Length, int Counterpart);
}
