using ICAE.Lab.Experiments.RestorationEvaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli;

/// <summary>Runs an evaluation with a bar and the time left, where a person looks on.</summary>
internal static class EvaluationProgress
{
    /// <summary>Runs an evaluation.</summary>
    /// <param name="console">Where the bar is shown; it is taken away at the end. Nothing is shown where the output goes to a file.</param>
    /// <param name="name">What is evaluated.</param>
    /// <param name="evaluate">The evaluation.</param>
    /// <returns>Its result.</returns>
    public static RestorationResult Run(IAnsiConsole console, string name, Func<IProgress<RestorationProgress>?, RestorationResult> evaluate)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
            return evaluate(null);

        return console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            var task = context.AddTask(Markup.Escape(name));
            return evaluate(new Reporter(progress =>
            {
                task.MaxValue = Math.Max(1, progress.Total);
                task.Value = progress.Done;
                task.Description = Markup.Escape($"{name}: {RestorationReport.Describe(progress.Condition)}");
            }));
        });
    }

    /// <summary>Reports on the thread that works, in order.</summary>
    private sealed class Reporter(Action<RestorationProgress> report) : IProgress<RestorationProgress>
    {
        public void Report(RestorationProgress value) => report(value);
    }
}
