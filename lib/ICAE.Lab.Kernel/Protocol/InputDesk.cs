namespace ICAE.Lab.Kernel.Protocol;

/// <summary>Brings a cell's questions and the user's answers together. One question is open at a time.</summary>
internal sealed class InputDesk
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<string>? _open;

    /// <summary>Opens a question.</summary>
    /// <param name="ask">Sends it.</param>
    /// <returns>The answer, when it comes. A question that is still open is given up.</returns>
    public Task<string> AskAsync(Action ask)
    {
        var question = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _open?.TrySetCanceled();
            _open = question;
        }

        ask();
        return question.Task;
    }

    /// <summary>Takes an answer; without an open question it is dropped.</summary>
    public void Answer(string answer)
    {
        lock (_gate)
        {
            _open?.TrySetResult(answer);
            _open = null;
        }
    }

    /// <summary>Gives the open question up: the cell that asked it has ended, or was interrupted.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _open?.TrySetCanceled();
            _open = null;
        }
    }
}
