using ICAE.Lab.Formats;

/// <summary>
/// Runs in a process that was started with this assembly as its startup hook: reads the file that a variable names and prints how many
/// tensors it has, whether the native library is loaded, and how much memory the process has used at most.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("ICAE_TEST_INFO") is not { } path)
            return;

        var info = ModelFileInfo.Read(path);
        var hasTorch = File.ReadLines("/proc/self/maps").Any(line => line.Contains("torch", StringComparison.OrdinalIgnoreCase) && line.Contains(".so", StringComparison.Ordinal));
        Console.WriteLine(FormattableString.Invariant($"tensors {info.Tensors.Count} torch {hasTorch} {Environment.WorkingSet}"));
        Environment.Exit(0);
    }
}
