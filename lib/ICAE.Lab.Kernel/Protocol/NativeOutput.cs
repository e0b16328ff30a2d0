using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>
/// What native libraries and child processes write to the process's standard output and standard error, as libtorch does with its warnings: on
/// Unix both descriptors are replaced by pipes, and what arrives belongs to the cell that runs. On Windows it stays where it was.
/// </summary>
internal sealed partial class NativeOutput : IDisposable
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;
    private static readonly TimeSpan FlushLimit = TimeSpan.FromMilliseconds(300);
    private readonly NativePipe[] _pipes;

    private NativeOutput(Stream originalError, params NativePipe[] pipes)
    {
        OriginalError = originalError;
        _pipes = pipes;
    }

    /// <summary>The standard error that the process was started with.</summary>
    public Stream OriginalError { get; }

    /// <summary>Replaces the descriptors. What is written waits in the pipes until <see cref="Start"/>.</summary>
    public static NativeOutput Capture()
    {
        if (OperatingSystem.IsWindows())
            return new NativeOutput(Console.OpenStandardError());

        var original = Duplicate(StandardError);
        if (original < 0)
            return new NativeOutput(Console.OpenStandardError());

        _ = Control(original, SetDescriptorFlags, CloseOnExec);
        var stream = new FileStream(new SafeFileHandle(original, ownsHandle: true), FileAccess.Write, bufferSize: 0);
        return Replace(StandardOutput) is { } output && Replace(StandardError) is { } error
            ? new NativeOutput(stream, output, error)
            : new NativeOutput(stream);
    }

    /// <summary>Starts to read.</summary>
    /// <param name="received">Takes text as it arrives, and whether it was written to standard error; called on threads of its own.</param>
    public void Start(Action<bool, string> received)
    {
        foreach (var pipe in _pipes)
            pipe.Start(text => received(pipe.Descriptor == StandardError, text));
    }

    /// <summary>Waits until what was written so far has arrived, for a third of a second at most.</summary>
    public void Flush()
    {
        if (_pipes.Length == 0)
            return;

        // The C library's buffers are locked while somebody writes; whoever holds such a lock must not hold up the kernel.
        var flushed = Task.Run(() => FlushFiles(0));
        flushed.Wait(FlushLimit);
        foreach (var pipe in _pipes)
            pipe.Mark(FlushLimit);
    }

    public void Dispose()
    {
        foreach (var pipe in _pipes)
            pipe.Dispose();

        OriginalError.Dispose();
    }

    private static NativePipe? Replace(int descriptor)
    {
        Span<int> ends = stackalloc int[2];
        if (CreatePipe(ref MemoryMarshal.GetReference(ends)) != 0)
            return null;

        _ = Control(ends[0], SetDescriptorFlags, CloseOnExec);
        _ = Control(ends[1], SetDescriptorFlags, CloseOnExec);
        return DuplicateTo(ends[1], descriptor) < 0 ? null : new NativePipe(descriptor, ends[0], ends[1], RandomNumberGenerator.GetBytes(16));
    }

    [LibraryImport("libc", EntryPoint = "pipe")]
    private static partial int CreatePipe(ref int ends);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "fflush")]
    private static partial int FlushFiles(nint allFiles);
}
