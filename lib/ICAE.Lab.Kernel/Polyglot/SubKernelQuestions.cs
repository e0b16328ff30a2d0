using ICAE.Lab.Jupyter;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>Asks the user what code in another kernel asks. Code whose question nobody answers is stopped.</summary>
/// <param name="run">The cell.</param>
/// <param name="stop">Stops the code.</param>
internal sealed class SubKernelQuestions(CellRun run, Action stop)
{
    /// <summary>Why a question was not answered, if so.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Asks.</summary>
    public async Task<string> AskAsync(InputRequest question, CancellationToken cancellationToken)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Cancellation);
            return await run.Output.AskAsync(question.Prompt, question.Password).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidOperationException or OperationCanceledException)
        {
            if (!run.Cancellation.IsCancellationRequested)
                Refusal = "there is nobody to ask.";

            // Before the answer, which the code must not take for the user's.
            stop();
            return "";
        }
    }
}
