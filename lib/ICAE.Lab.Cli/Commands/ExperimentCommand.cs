using System.CommandLine;

namespace ICAE.Lab.Cli.Commands;

/// <summary>The paper's tables, measured on an autoencoder of one's own.</summary>
internal sealed class ExperimentCommand : Command
{
    public ExperimentCommand()
        : base("experiment", "Measure a table of the paper on an autoencoder, the paper's values beside it.")
    {
        Add(new ExperimentTable1Command());
        Add(new ExperimentTable3Command());
    }
}
