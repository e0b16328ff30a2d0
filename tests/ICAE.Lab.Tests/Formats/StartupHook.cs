using ICAE.Lab;
using ICAE.Lab.Formats;

/// <summary>
/// Runs in a process that was started with this assembly as its startup hook, for what a test cannot do in its own: see what has been
/// loaded, be killed, run out of room. A variable says what to do.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("ICAE_TEST_TASK")?.Split(' ', 2) is not [var task, var path])
            return;

        switch (task)
        {
            case "info":
                PrintInfo(path);
                break;
            case "write":
                WriteMuch(path);
                break;
            case "write-for-ever":
                WriteForEver(path);
                break;
            case "pull":
                ICAE.Lab.Tests.Formats.Hub.HubNetworkTests.Pull(path);
                break;
            case "fetch":
                ICAE.Lab.Tests.Data.Corpora.HostileSourceTests.Fetch(path);
                break;
            case "train":
                ICAE.Lab.Tests.Training.KillTests.Train(path);
                break;
        }

        Environment.Exit(0);
    }

    private static void PrintInfo(string path)
    {
        var info = ModelFileInfo.Read(path);
        var hasTorch = File.ReadLines("/proc/self/maps").Any(line => line.Contains("torch", StringComparison.OrdinalIgnoreCase) && line.Contains(".so", StringComparison.Ordinal));
        Console.WriteLine(FormattableString.Invariant($"tensors {info.Tensors.Count} torch {hasTorch} {Environment.WorkingSet}"));
    }

    private static void WriteMuch(string path)
    {
        try
        {
            AtomicFile.WriteBytes(path, new byte[1 << 20]);
            Console.WriteLine("written");
        }
        catch (IcaeException error)
        {
            Console.WriteLine(error.Message);
        }
    }

    private static void WriteForEver(string path)
    {
        for (var i = 0; ; i++)
        {
            var digit = (byte)('0' + i % 10);
            AtomicFile.Write(path, stream =>
            {
                for (var piece = 0; piece < 64; piece++)
                    stream.Write([.. Enumerable.Repeat(digit, 1 << 10)]);
            });
            if (i == 0)
                Console.WriteLine("begun");
        }
    }
}
