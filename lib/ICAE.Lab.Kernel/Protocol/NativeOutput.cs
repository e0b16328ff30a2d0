using System.IO.Pipes;
using System.Runtime.InteropServices;

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
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(1);
    private readonly Stream _originalError;
    private readonly NativePipe[] _pipes;
    private Thread? _flushing;

    private NativeOutput(Stream originalError, bool replaced)
    {
        _originalError = originalError;
        Error = new OutputCopy(originalError);
        _pipes = replaced ? Replace(Error) : [];
    }

    /// <summary>Writes to the standard error that the process was started with. Nobody who writes waits, or holds a lock that cells can hold.</summary>
    public OutputCopy Error { get; }

    /// <summary>Replaces the descriptors. What is written waits in the pipes until <see cref="Start"/>.</summary>
    public static NativeOutput Capture()
    {
        if (OperatingSystem.IsWindows())
            return new NativeOutput(Console.OpenStandardError(), replaced: false);

        // Where the process was started without one of them, the numbers are the runtime's.
        var original = DescriptorStream.Copy(StandardError);
        return new NativeOutput(original ?? Stream.Null, replaced: original is not null && DescriptorStream.IsInherited(StandardOutput));
    }

    /// <summary>Starts to read.</summary>
    /// <param name="received">Takes text as it arrives, and whether it was written to standard error; called on threads of its own.</param>
    public void Start(Action<bool, string> received)
    {
        foreach (var pipe in _pipes)
            pipe.Start(text => received(pipe.Descriptor == StandardError, text));
    }

    /// <summary>Waits until what was written so far has arrived: for the C library and for each pipe 3 s at most. Called by one thread at a time.</summary>
    public void Flush()
    {
        if (_pipes.Length == 0)
            return;

        // The C library's buffers are locked while somebody writes; whoever holds such a lock must not hold up the kernel, and is waited for once. A thread of its own: cells
        // may keep those of the pool busy.
        if (_flushing is not { IsAlive: true })
        {
            _flushing = new Thread(() => _ = FlushFiles(0)) { IsBackground = true, Name = "flush" };
            _flushing.UnsafeStart();
            _flushing.Join(FlushLimit);
        }

        foreach (var pipe in _pipes)
            pipe.Mark(FlushLimit);
    }

    /// <summary>Waits until what is for the original standard error has been written: for a second at most.</summary>
    public void Drain() => Error.Drain(DrainLimit);

    public void Dispose()
    {
        foreach (var pipe in _pipes)
            pipe.Dispose();

        Drain();
        _originalError.Dispose();
    }

    private static NativePipe[] Replace(OutputCopy copy) =>
        Replace(StandardOutput, null) is { } output && Replace(StandardError, copy) is { } error ? [output, error] : [];

    private static NativePipe? Replace(int descriptor, OutputCopy? copy)
    {
        // The framework's pipes are not inherited by child processes, on any system.
        var reader = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var writeEnd = reader.ClientSafePipeHandle;
        if (DuplicateTo((int)writeEnd.DangerousGetHandle(), descriptor) >= 0)
            return new NativePipe(descriptor, reader, new AnonymousPipeClientStream(PipeDirection.Out, writeEnd), copy);

        writeEnd.Dispose();
        reader.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "fflush")]
    private static partial int FlushFiles(nint allFiles);
}
