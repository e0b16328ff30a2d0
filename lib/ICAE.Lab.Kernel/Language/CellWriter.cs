using System.Text;

namespace ICAE.Lab.Kernel.Language;

/// <summary>What the console writes goes to the cell whose code writes it.</summary>
internal sealed class CellWriter(bool error) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Send(value.ToString());

    public override void Write(string? value) => Send(value ?? "");

    public override void Write(char[] buffer, int index, int count) => Send(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Send(buffer.ToString());

    public override void WriteLine() => Send(Environment.NewLine);

    public override void WriteLine(string? value) => Send(value + Environment.NewLine);

    public override void WriteLine(ReadOnlySpan<char> buffer) => Send(buffer.ToString() + Environment.NewLine);

    private void Send(string text)
    {
        if (CellRun.Current is not { } run)
        {
            HostConsole.Log(text);
            return;
        }

        run.Output.Stream(error, text);
    }
}
