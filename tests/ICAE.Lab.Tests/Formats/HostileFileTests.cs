using System.IO.Pipes;
using ICAE.Lab.Data;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tests.Formats;

public sealed class HostileFileTests
{
    private const long MaxAllocatedBytes = 50_000_000;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Cases() => [.. HostileFiles.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_malformed_file_is_refused_soon_and_cheaply_with_its_name_and_cause(string name)
    {
        using var folder = TestFiles.NewFolder();
        var (path, cause) = HostileFiles.Make(name, folder.Path);
        var before = GC.GetAllocatedBytesForCurrentThread();

        // Processor time, because others may keep the machine busy.
        var start = Environment.CpuUsage.TotalTime;

        var error = Assert.Throws<MalformedFileException>(() => ModelFileInfo.Read(path));

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var taken = Environment.CpuUsage.TotalTime - start;
        Assert.True(taken < MaxTime, $"{taken} were taken");
        Assert.True(allocated < MaxAllocatedBytes, $"{allocated} bytes were allocated");
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.True(error.Message.Length < 1000, error.Message);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_loaders_refuse_it_too(string name)
    {
        using var folder = TestFiles.NewFolder();
        var (path, _) = HostileFiles.Make(name, folder.Path);

        Assert.Throws<MalformedFileException>(() => TensorSources.Open(path));
        Assert.Throws<MalformedFileException>(() => HubFolder.Open(path));
        if (Path.GetFileName(path) == "adapter_config.json")
            Assert.Throws<MalformedFileException>(() => PeftAdapterFile.ReadConfig(folder.Path));
        if (Path.GetFileName(path) == "config.json")
            Assert.Throws<MalformedFileException>(() => HuggingFaceConfigFile.Read(folder.Path));
    }

    [SkippableFact]
    public void A_pipe_is_no_file_that_a_model_could_be_read_from()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux gives pipes a path, under /proc.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        var path = $"/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}";

        Assert.Throws<MalformedFileException>(() => SafetensorsFile.Open(path));
        Assert.Throws<MalformedFileException>(() => BoundedJson.ReadObject(path));
        Assert.Throws<MalformedFileException>(() => TokenShard.Open(path));
    }

    [Fact]
    public void There_are_cases_enough() => Assert.True(HostileFiles.Names.Count() > 150);
}
