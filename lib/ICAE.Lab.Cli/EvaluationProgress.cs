using System.Globalization;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Shows how far an evaluation is.</summary>
internal static class EvaluationProgress
{
    /// <summary>Runs an evaluation of restorations.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="name">What is evaluated.</param>
    /// <param name="evaluate">The evaluation.</param>
    /// <returns>Its result.</returns>
    public static RestorationResult Run(Terminal terminal, string name, Func<IProgress<RestorationProgress>, RestorationResult> evaluate) => Run(
        terminal, name, evaluate, progress => (progress.Done, progress.Total, $"{name}: {RestorationReport.Describe(progress.Condition)}"));

    /// <summary>Runs an evaluation that tells only how much is done.</summary>
    /// <typeparam name="TResult">What it results in.</typeparam>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="name">What is evaluated.</param>
    /// <param name="evaluate">The evaluation.</param>
    /// <returns>Its result.</returns>
    public static TResult Run<TResult>(Terminal terminal, string name, Func<IProgress<(int Done, int Total)>, TResult> evaluate) =>
        Run<TResult, (int Done, int Total)>(terminal, name, evaluate, progress => (progress.Done, progress.Total, name));

    private static TResult Run<TResult, TProgress>(
        Terminal terminal, string name, Func<IProgress<TProgress>, TResult> evaluate, Func<TProgress, (int Done, int Total, string Text)> describe) =>
        new Display<TProgress>(describe).RunAsync(terminal, name, progress => Task.FromResult(evaluate(progress))).GetAwaiter().GetResult();

    private sealed class Display<T>(Func<T, (int Done, int Total, string Text)> describe) : ProgressDisplay<T>
    {
        protected override ProgressColumn[] Columns() => [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()];

        protected override string? Note(T value) => null;

        protected override (double Value, double Max) Share(T value) => (describe(value).Done, Math.Max(1, describe(value).Total));

        protected override string Title(T value) => describe(value).Text;

        protected override string? Line(T value, TimeSpan elapsed)
        {
            var (done, total, text) = describe(value);
            return string.Create(CultureInfo.InvariantCulture, $"{text}: {done} of {total}");
        }
    }
}
