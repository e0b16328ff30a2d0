using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>
/// Writes to a copy of one of the process's descriptors, on Unix. The framework's own stream locks <see cref="Console.Out"/> while it writes, which
/// cells lock too; its file streams keep a position of their own, and write over what others have written to the same file.
/// </summary>
internal sealed partial class DescriptorStream : Stream
{
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int DuplicateWithCloseOnExec = 1030;
    private const int Interrupted = 4;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly SafeFileHandle _file;

    private DescriptorStream(int descriptor) => _file = new SafeFileHandle(descriptor, ownsHandle: true);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Whether the process was started with a descriptor. Where it was not, the number may be one of the runtime's own files by now; those do not go to
    /// child processes, and what was inherited does.
    /// </summary>
    public static bool IsInherited(int descriptor) => Control(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0;

    /// <summary>Copies a descriptor that the process was started with.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <returns>A stream that writes to the copy; <see langword="null"/> if there is none.</returns>
    public static DescriptorStream? Copy(int descriptor)
    {
        if (!IsInherited(descriptor))
            return null;

        // The copy must not go to child processes: whoever reads would wait for their end too. On macOS it does: fcntl takes its last argument on the
        // stack there, which a declaration with a fixed number of arguments cannot say.
        var copy = OperatingSystem.IsLinux() ? Control(descriptor, DuplicateWithCloseOnExec, 0) : Duplicate(descriptor);
        return copy < 0 ? null : new DescriptorStream(copy);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
            buffer = buffer[WriteSome(buffer)..];
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();

        base.Dispose(disposing);
    }

    private int WriteSome(ReadOnlySpan<byte> bytes)
    {
        var written = Write(_file, ref MemoryMarshal.GetReference(bytes), bytes.Length);
        if (written >= 0)
            return (int)written;

        var error = Marshal.GetLastPInvokeError();
        if (error == (OperatingSystem.IsLinux() ? WouldBlockOnLinux : WouldBlockOnMac))
        {
            // Whoever shares the descriptor may have made it one that does not wait.
            Thread.Sleep(Pause);
            return 0;
        }

        return error == Interrupted ? 0 : throw new IOException($"write: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, ref byte bytes, nint count);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int least);
}
