using System.Diagnostics;

namespace ICAE.Lab.Benchmarks;

/// <summary>Times several actions in turns, so that what else the machine does meets all of them alike.</summary>
internal sealed class Turns
{
    private readonly List<double[]> _rounds = [];

    private Turns()
    {
    }

    /// <summary>Rounds made.</summary>
    public int Rounds => _rounds.Count;

    /// <summary>Runs each action once to warm up, then all of them round by round.</summary>
    /// <param name="budget">No new round begins after this.</param>
    /// <param name="least">Rounds made in any case.</param>
    /// <param name="actions">The actions.</param>
    public static Turns Run(TimeSpan budget, int least, params Action[] actions)
    {
        var turns = new Turns();
        Array.ForEach(actions, action => action());
        var clock = Stopwatch.StartNew();
        while (turns.Rounds < least || clock.Elapsed < budget)
        {
            turns._rounds.Add([.. actions.Select(Seconds)]);
        }

        return turns;
    }

    /// <summary>The median of an action's times.</summary>
    public double Median(int action) => Middle(_rounds.Select(round => round[action]));

    /// <summary>The shortest of an action's times: what a machine with nothing else to do comes close to.</summary>
    public double Least(int action) => _rounds.Min(round => round[action]);

    /// <summary>The median over rounds of one action's time divided by another's in the same round.</summary>
    public double MedianRatio(int action, int over) => Middle(_rounds.Select(round => round[action] / round[over]));

    /// <summary>The ratio of the shortest times.</summary>
    public double LeastRatio(int action, int over) => Least(action) / Least(over);

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
