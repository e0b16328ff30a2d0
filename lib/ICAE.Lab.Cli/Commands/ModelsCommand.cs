using System.CommandLine;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Commands about models on this machine.</summary>
internal sealed class ModelsCommand : Command
{
    public ModelsCommand()
        : base("models", "Fetch and list models, and look into model files.")
    {
        Add(new ModelsPullCommand());
        Add(new ModelsListCommand());
        Add(new ModelsInfoCommand());
    }
}
