using System.IO.Pipes;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tests.Formats;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_file_is_replaced_as_a_whole()
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.File("a.txt");

        AtomicFile.WriteText(path, "eins");
        AtomicFile.WriteText(path, "zwei — 🙂");

        Assert.Equal("zwei — 🙂"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("a.txt", "old"u8.ToArray());

        var full = Assert.Throws<IcaeException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(path, _ => throw new OperationCanceledException()));

        Assert.Contains(path, full.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", full.Message, StringComparison.Ordinal);
        Assert.Equal("old"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_missing_is_named()
    {
        using var folder = TestFiles.NewFolder();

        var error = Assert.Throws<IcaeException>(() => AtomicFile.WriteText(Path.Combine(folder.Path, "none", "a.txt"), "x"));

        Assert.Contains("there is no folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_killed_writer_left_can_be_cleared_away()
    {
        using var folder = TestFiles.NewFolder();
        folder.Write(".icae-0123.tmp", [1]);
        folder.Write("keep.tmp", [1]);

        AtomicFile.DeleteLeftovers(folder.Path);
        AtomicFile.DeleteLeftovers(folder.File("no such folder"));

        Assert.Equal(["keep.tmp"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [SkippableFact]
    public void A_disk_that_takes_no_more_leaves_the_old_file_and_a_clear_error()
    {
        Skip.If(OperatingSystem.IsWindows(), "the limit on file lengths is set by a shell");
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("a.bin", "old"u8.ToArray());

        using var process = ChildProcess.Start("write", path, maxFileBlocks: 8);
        var said = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000));

        Assert.StartsWith($"{path}: the file cannot be written: ", said, StringComparison.Ordinal);
        Assert.Equal("old"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_writer_killed_at_any_moment_leaves_a_whole_file()
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.File("a.bin");
        var random = new Random(1);
        for (var i = 0; i < 5; i++)
        {
            using var process = ChildProcess.Start("write-for-ever", path);
            Assert.Equal("begun", process.StandardOutput.ReadLine());
            Thread.Sleep(random.Next(100));
            process.Kill();
            Assert.True(process.WaitForExit(60_000));

            var bytes = File.ReadAllBytes(path);
            Assert.Equal(64 << 10, bytes.Length);
            Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept(bytes[0]));
        }

        AtomicFile.DeleteLeftovers(folder.Path);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [SkippableFact]
    public void What_a_link_leads_to_is_replaced_and_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows())
            throw new SkipException("Links and permissions of files are not those of Unix on Windows."); // Not Skip.If: the analyser must see that what follows is for Unix.

        using var folder = TestFiles.NewFolder();
        var file = folder.Write("a.txt", "old"u8.ToArray());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(folder.File("link"), file);

        AtomicFile.WriteText(folder.File("link"), "new");

        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal(file, new FileInfo(folder.File("link")).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [SkippableFact]
    public void A_link_that_leads_nowhere_yet_stays_and_leads_to_the_file()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links and permissions of files are not those of Unix on Windows.");

        using var folder = TestFiles.NewFolder();
        File.CreateSymbolicLink(folder.File("link"), folder.File("new.txt"));

        AtomicFile.WriteText(folder.File("link"), "text");

        Assert.Equal("text", File.ReadAllText(folder.File("new.txt")));
        Assert.Equal(folder.File("new.txt"), new FileInfo(folder.File("link")).LinkTarget);
    }

    [SkippableFact]
    public async Task A_device_or_a_pipe_is_written_to_and_not_replaced()
    {
        Skip.If(!OperatingSystem.IsLinux(), "Devices and pipes of this kind are Linux's.");

        using var folder = TestFiles.NewFolder();
        File.CreateSymbolicLink(folder.File("link"), "/dev/null");
        Assert.True(FinalPath.IsDevice("/dev/null") && FinalPath.IsDevice(FinalPath.Of(folder.File("link"))!));
        Assert.False(FinalPath.IsDevice(folder.File("a.txt")) || FinalPath.IsDevice("/dev/shm/a.txt"));

        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var end = pipe.ClientSafePipeHandle;
        AtomicFile.WriteText($"/dev/fd/{end.DangerousGetHandle()}", "through the pipe");
        pipe.DisposeLocalCopyOfClientHandle();
        using var reader = new StreamReader(pipe);

        Assert.Equal("through the pipe", await reader.ReadToEndAsync());
    }

    [SkippableFact]
    public void A_link_below_a_linked_folder_leads_where_the_system_says()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links and permissions of files are not those of Unix on Windows.");

        using var folder = TestFiles.NewFolder();
        Directory.CreateDirectory(folder.File("real/deep"));
        Directory.CreateDirectory(folder.File("real/store"));
        File.WriteAllText(folder.File("real/store/x"), "old");
        File.CreateSymbolicLink(folder.File("real/deep/x"), "../store/x");
        Directory.CreateSymbolicLink(folder.File("short"), folder.File("real/deep"));

        AtomicFile.WriteText(folder.File("short/x"), "newer");

        Assert.Equal("newer", File.ReadAllText(folder.File("real/store/x")));
        Assert.Equal(5, FileChecks.LengthOf(folder.File("short/x")));
        Assert.False(Directory.Exists(folder.File("store")));
    }
}
