namespace ICAE.Lab.Kernel.Language;

/// <summary>A language that is shown rather than run.</summary>
internal sealed class MarkupLanguage(string name, string description, string mimeType) : ICellLanguage
{
    public string Name => name;

    public string Description => description;

    public Task RunAsync(CellSegment segment, CellRun run, bool isLast)
    {
        run.Output.Display(MimeBundle.Of(mimeType, segment.Text), null, replace: false);
        return Task.CompletedTask;
    }

    public void Interrupt()
    {
        // There is nothing that runs.
    }
}
