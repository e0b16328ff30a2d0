using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>
/// What native libraries and child processes write to the process's standard output and standard error, as libtorch does with its warnings: on
/// Unix both descriptors are replaced by pipes, and what arrives belongs to the cell that runs. What was meant for standard error goes there as well:
/// if the process crashes next, that is where its last words are looked for. On Windows all stays where it was.
/// </summary>
internal sealed partial class NativeOutput : IDisposable
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;
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
        // Before the descriptors are replaced: it is a copy of its own, and writes where the others who share the file or terminal have come to.
        var original = OpenError();
        if (OperatingSystem.IsWindows())
            return new NativeOutput(original);

        return Replace(StandardOutput, null) is { } output && Replace(StandardError, new OutputCopy(original)) is { } error
            ? new NativeOutput(original, output, error)
            : new NativeOutput(original);
    }

    /// <summary>Starts to read.</summary>
    /// <param name="received">Takes text as it arrives, and whether it was written to standard error; called on threads of its own.</param>
    public void Start(Action<bool, string> received)
    {
        foreach (var pipe in _pipes)
            pipe.Start(text => received(pipe.Descriptor == StandardError, text));
    }

    /// <summary>Waits until what was written so far has arrived: for the C library and for each pipe .3 s at most.</summary>
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

    private static Stream OpenError()
    {
        try
        {
            return Console.OpenStandardError();
        }
        catch (IOException)
        {
            // The process was started without one.
            return Stream.Null;
        }
    }

    private static NativePipe? Replace(int descriptor, OutputCopy? copy)
    {
        // The framework's pipes are not inherited by child processes, on any system.
        var reader = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var writeEnd = reader.ClientSafePipeHandle;
        if (DuplicateTo((int)writeEnd.DangerousGetHandle(), descriptor) >= 0)
            return new NativePipe(descriptor, reader, new AnonymousPipeClientStream(PipeDirection.Out, writeEnd), RandomNumberGenerator.GetBytes(16), copy);

        writeEnd.Dispose();
        reader.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "fflush")]
    private static partial int FlushFiles(nint allFiles);
}
