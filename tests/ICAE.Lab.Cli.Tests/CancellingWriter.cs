namespace ICAE.Lab.Cli.Tests;

/// <summary>Cancels when a line of messages begins as told, on the thread that writes it: a command is stopped at a place, not at a time.</summary>
internal sealed class CancellingWriter(CancellationTokenSource source, string beginning) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.StartsWith(beginning, StringComparison.Ordinal) == true)
            source.Cancel();
    }
}
