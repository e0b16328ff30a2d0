using System.CommandLine;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Commands about texts for training and evaluation.</summary>
internal sealed class DataCommand : Command
{
    public DataCommand()
        : base("data", "Fetch texts for training from their public sources, keep them apart from those for evaluation, or make stories.")
    {
        Add(new DataListCommand());
        Add(new DataFetchCommand());
        Add(new DataCleanCommand());
        Add(new DataStoriesCommand());
    }
}
