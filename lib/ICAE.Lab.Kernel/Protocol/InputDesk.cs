namespace ICAE.Lab.Kernel.Protocol;

/// <summary>Brings a cell's questions and the user's answers together. One question is open at a time.</summary>
internal sealed class InputDesk
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<string>? _open;
    private string? _id;

    /// <summary>Opens a question.</summary>
    /// <param name="id">The id of its message.</param>
    /// <param name="ask">Sends it.</param>
    /// <returns>The answer, when it comes. A question that is still open is given up.</returns>
    public Task<string> AskAsync(string id, Action ask)
    {
        var question = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _open?.TrySetCanceled();
            _open = question;
            _id = id;
        }

        ask();
        return question.Task;
    }

    /// <summary>Takes an answer; without an open question it is dropped, and so is one to another question.</summary>
    /// <param name="question">The id of the message that it answers; <see langword="null"/> where the front end does not say.</param>
    /// <param name="answer">The answer.</param>
    public void Answer(string? question, string answer)
    {
        lock (_gate)
        {
            if (question is not null && question != _id)
                return;

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
