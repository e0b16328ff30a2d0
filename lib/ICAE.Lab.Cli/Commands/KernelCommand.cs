using System.CommandLine;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Commands about Jupyter kernels on this machine.</summary>
internal sealed class KernelCommand : Command
{
    public KernelCommand()
        : base("kernel", "Install the C# kernel for Jupyter, remove it, list kernels.")
    {
        Add(new KernelInstallCommand());
        Add(new KernelUninstallCommand());
        Add(new KernelListCommand());
    }
}
