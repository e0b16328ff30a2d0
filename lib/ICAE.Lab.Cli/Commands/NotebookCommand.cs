using System.CommandLine;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Commands about notebooks.</summary>
internal sealed class NotebookCommand : Command
{
    public NotebookCommand()
        : base("notebook", "Execute notebooks without Jupyter, check and clear them, build a site of them.")
    {
        Add(new NotebookRunCommand());
        Add(new NotebookSiteCommand());
        Add(new NotebookCheckCommand());
        Add(new NotebookClearCommand());
    }
}
