using ICAE.Lab.Experiments.RestorationEvaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Runs an evaluation with a bar and the time left, where a person looks on.</summary>
internal static class EvaluationProgress
{
    /// <summary>Runs an evaluation of restorations.</summary>
    /// <param name="console">Where the bar is shown; it is taken away at the end. Nothing is shown where the output goes to a file.</param>
    /// <param name="name">What is evaluated.</param>
    /// <param name="evaluate">The evaluation.</param>
    /// <returns>Its result.</returns>
    public static RestorationResult Run(IAnsiConsole console, string name, Func<IProgress<RestorationProgress>?, RestorationResult> evaluate) => Run(
        console, name, evaluate, progress => (progress.Done, progress.Total, $"{name}: {RestorationReport.Describe(progress.Condition)}"));

    /// <summary>Runs an evaluation that tells only how much is done.</summary>
    /// <typeparam name="TResult">What it results in.</typeparam>
    /// <param name="console">Where the bar is shown; it is taken away at the end. Nothing is shown where the output goes to a file.</param>
    /// <param name="name">What is evaluated.</param>
    /// <param name="evaluate">The evaluation.</param>
    /// <returns>Its result.</returns>
    public static TResult Run<TResult>(IAnsiConsole console, string name, Func<IProgress<(int Done, int Total)>?, TResult> evaluate) =>
        Run<TResult, (int Done, int Total)>(console, name, evaluate, progress => (progress.Done, progress.Total, name));

    private static TResult Run<TResult, TProgress>(
        IAnsiConsole console, string name, Func<IProgress<TProgress>?, TResult> evaluate, Func<TProgress, (int Done, int Total, string Text)> describe)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return evaluate(null);

        return console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            var task = context.AddTask(Markup.Escape(name));
            return evaluate(new Reporter<TProgress>(progress =>
            {
                var (done, total, text) = describe(progress);
                task.MaxValue = Math.Max(1, total);
                task.Value = done;
                task.Description = Markup.Escape(text);
            }));
        });
    }

    /// <summary>Reports on the thread that works, in order.</summary>
    private sealed class Reporter<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
