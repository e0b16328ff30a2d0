using System.CommandLine;
using ICAE.Lab.Jupyter;

namespace ICAE.Lab.Cli.Notebooks;

/// <summary>Where a kernel is installed: for the user, or below a prefix.</summary>
internal sealed class KernelPlaceOptions
{
    private readonly Option<bool> _user = new("--user") { Description = "For the user: in Jupyter's and this program's folders of user data. The usual place." };
    private readonly Option<string?> _prefix = new("--prefix") { Description = "Below PREFIX/share, as /usr/local or the folder of a Python environment.", HelpName = "PREFIX" };

    public KernelPlaceOptions(Command command)
    {
        command.Add(_user);
        command.Add(_prefix);
        command.Validators.Add(result =>
        {
            if (result.IsGiven(_user) && result.IsGiven(_prefix))
                result.AddError("--user and --prefix exclude each other.");
        });
    }

    /// <summary>Jupyter's data folder, and the folder for copies of the program.</summary>
    public (string JupyterFolder, string Copies) Folders(Invocation invocation) => invocation.Arguments.GetValue(_prefix) is { Length: > 0 } prefix
        ? (JupyterFolders.OfPrefix(prefix), KernelCopies.OfPrefix(prefix))
        : (JupyterFolders.User, KernelCopies.UserFolder);
}
