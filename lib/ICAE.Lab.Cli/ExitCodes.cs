namespace ICAE.Lab.Cli;

/// <summary>What the command returns to the shell.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The work was tried and failed, or a check did not hold.</summary>
    public const int Failed = 1;

    /// <summary>The command line asks for something that does not exist.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
