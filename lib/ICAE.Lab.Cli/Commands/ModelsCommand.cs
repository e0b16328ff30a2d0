using System.CommandLine;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Commands about models on this machine.</summary>
internal sealed class ModelsCommand : Command
{
    public ModelsCommand()
        : base("models", "List models and look into model files.")
    {
        Add(new ModelsListCommand());
        Add(new ModelsInfoCommand());
    }
}
