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
    private readonly uint _before;

    private DenormalMode(uint before) => _before = before;

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
            return (MemoryMarshal.Read<uint>(environment[ControlAt..]) & Both) == Both;
        }
    }

    /// <summary>Changes this thread's mode; disposing gives back what it had.</summary>
    public static DenormalMode Set(bool flush) => new(IsAvailable ? Exchange(flush ? Both : 0) : 0);

    public void Dispose()
    {
        if (IsAvailable)
            Exchange(_before);
    }

    /// <summary>Sets the two bits of the thread's register.</summary>
    /// <returns>What they were.</returns>
    private static uint Exchange(uint bits)
    {
        Span<byte> environment = stackalloc byte[EnvironmentSize];
        Get(ref MemoryMarshal.GetReference(environment));
        ref var control = ref MemoryMarshal.AsRef<uint>(environment[ControlAt..]);
        var before = control & Both;
        if (before == bits)
            return before;

        control = (control & ~Both) | bits;
        Set(ref MemoryMarshal.GetReference(environment));
        return before;
    }

    [LibraryImport("libm.so.6", EntryPoint = "fegetenv")]
    private static partial int Get(ref byte environment);

    [LibraryImport("libm.so.6", EntryPoint = "fesetenv")]
    private static partial int Set(ref byte environment);
}
