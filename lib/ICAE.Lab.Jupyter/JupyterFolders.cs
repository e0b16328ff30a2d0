namespace ICAE.Lab.Jupyter;

/// <summary>Where Jupyter looks for its data on this machine, as its own documentation lists the places.</summary>
public static class JupyterFolders
{
    private const string CondaBase = "base";
    private static readonly string[] Negations = ["no", "n", "false", "off", "0", "0.0"];

    /// <summary>The user's own data folder, where things are installed for the user.</summary>
    public static string User => UserFolder(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>All data folders; earlier ones win.</summary>
    public static IReadOnlyList<string> All => Find(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The data folder below a prefix such as <c>/usr/local</c>.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <returns><c>PREFIX/share/jupyter</c>.</returns>
    public static string OfPrefix(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return Path.Combine(Path.GetFullPath(prefix), "share", "jupyter");
    }

    internal static IReadOnlyList<string> Find(Func<string, string?> variable, string home)
    {
        var folders = (variable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();

        // An environment of Python's is Jupyter's own prefix when it runs there.
        var environments = new[] { variable("VIRTUAL_ENV"), variable("CONDA_PREFIX") }.OfType<string>().Where(prefix => prefix.Length > 0).Select(OfPrefix).ToList();
        var first = PrefersEnvironment(variable) ? 1 : 0;
        folders.AddRange(environments.Take(first));
        folders.Add(UserFolder(variable, home));
        folders.AddRange(environments.Skip(first));

        if (OperatingSystem.IsWindows())
        {
            if (variable("PROGRAMDATA") is { Length: > 0 } programData)
                folders.Add(Path.Combine(programData, "jupyter"));
        }
        else
        {
            folders.Add("/usr/local/share/jupyter");
            if (OperatingSystem.IsMacOS())
                folders.Add("/opt/homebrew/share/jupyter");
            folders.Add("/usr/share/jupyter");
        }

        return [.. folders.Distinct()];
    }

    /// <summary>Whether an environment's folder comes before the user's; by itself in a virtual environment, and in one of conda's other than its base.</summary>
    private static bool PrefersEnvironment(Func<string, string?> variable)
    {
        if (variable("JUPYTER_PREFER_ENV_PATH") is { } said)
            return !Negations.Contains(said.ToLowerInvariant());

        return variable("VIRTUAL_ENV") is { Length: > 0 } || (variable("CONDA_DEFAULT_ENV") ?? CondaBase) != CondaBase;
    }

    internal static string UserFolder(Func<string, string?> variable, string home)
    {
        if (variable("JUPYTER_DATA_DIR") is { Length: > 0 } given)
            return given;

        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Jupyter");

        if (OperatingSystem.IsWindows())
            return Path.Combine(variable("APPDATA") is { Length: > 0 } roaming ? roaming : Path.Combine(home, "AppData", "Roaming"), "jupyter");

        return Path.Combine(variable("XDG_DATA_HOME") is { Length: > 0 } data ? data : Path.Combine(home, ".local", "share"), "jupyter");
    }
}
