using System.Runtime.InteropServices;

namespace ICAE.Lab.Models;

/// <summary>
/// Whether a thread takes denormal numbers, those below the smallest normal one (1.2e-38 in float32), as zero, for as long as this lives. Where attention is sharp, many
/// of its probabilities and gradients are such numbers, and processors take many times as long for them. A thread takes the mode over from the one that made it, and
/// keeps it. Only Linux on x64 has it here; elsewhere nothing changes.
/// </summary>
internal readonly ref partial struct DenormalMode
{
    // fenv_t of the C libraries for x86-64 ends with the control and status register of the vector unit.
    private const int EnvironmentSize = 32;
    private const int ControlAt = 28;
    private const uint DenormalsAreZero = 0x0040;
    private const uint FlushToZero = 0x8000;
    private const uint Both = DenormalsAreZero | FlushToZero;
    private readonly bool _before;

    private DenormalMode(bool before) => _before = before;

    /// <summary>Whether it does anything on this machine.</summary>
    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Whether this thread takes denormal numbers as zero.</summary>
    public static bool IsFlushing
    {
        get
        {
            if (!IsAvailable)
                return false;

            Span<byte> environment = stackalloc byte[EnvironmentSize];
            Get(ref MemoryMarshal.GetReference(environment));
            return IsSet(environment);
        }
    }

    /// <summary>Changes this thread's mode; disposing gives back what it had.</summary>
    public static DenormalMode Set(bool flush)
    {
        var before = IsAvailable && Exchange(flush);
        return new DenormalMode(before);
    }

    public void Dispose()
    {
        if (IsAvailable)
            Exchange(_before);
    }

    private static bool Exchange(bool flush)
    {
        Span<byte> environment = stackalloc byte[EnvironmentSize];
        Get(ref MemoryMarshal.GetReference(environment));
        var before = IsSet(environment);
        if (before == flush)
            return before;

        ref var control = ref MemoryMarshal.AsRef<uint>(environment[ControlAt..]);
        control = flush ? control | Both : control & ~Both;
        Set(ref MemoryMarshal.GetReference(environment));
        return before;
    }

    private static bool IsSet(ReadOnlySpan<byte> environment) => (MemoryMarshal.Read<uint>(environment[ControlAt..]) & Both) == Both;

    [LibraryImport("libm.so.6", EntryPoint = "fegetenv")]
    private static partial int Get(ref byte environment);

    [LibraryImport("libm.so.6", EntryPoint = "fesetenv")]
    private static partial int Set(ref byte environment);
}
