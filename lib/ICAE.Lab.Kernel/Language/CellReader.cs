namespace ICAE.Lab.Kernel.Language;

/// <summary>What the console reads is asked of the user, a line at a time.</summary>
internal sealed class CellReader : TextReader
{
    private string _line = "";
    private int _next;

    public override int Peek() => Fill() ? _line[_next] : -1;

    public override int Read() => Fill() ? _line[_next++] : -1;

    public override string? ReadLine()
    {
        if (_next < _line.Length)
        {
            var rest = _line[_next..].TrimEnd('\n');
            _next = _line.Length;
            return rest;
        }

        return Ask("", password: false);
    }

    /// <summary>Asks the user, and waits for the answer.</summary>
    /// <exception cref="InvalidOperationException">No cell runs, or there is nobody to ask.</exception>
    /// <exception cref="OperationCanceledException">The cell was interrupted.</exception>
    public static string Ask(string prompt, bool password)
    {
        var run = CellRun.Current ?? throw new InvalidOperationException("Input can be asked for only by a cell.");
        return run.Output.AskAsync(prompt, password).WaitAsync(run.Cancellation).GetAwaiter().GetResult();
    }

    private bool Fill()
    {
        if (_next >= _line.Length)
        {
            _line = Ask("", password: false) + "\n";
            _next = 0;
        }

        return true;
    }
}
