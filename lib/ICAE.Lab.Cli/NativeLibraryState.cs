using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ICAE.Lab.Cli;

/// <summary>Whether TorchSharp's native library loads on this machine, and if not, the very reason.</summary>
/// <param name="Loaded">Whether it is loaded.</param>
/// <param name="Path">The file, where it is known.</param>
/// <param name="Patched">Whether the build replaced it by a patched copy for an older libstdc++; <see langword="null"/> where that cannot be told.</param>
/// <param name="Error">The loader's own words.</param>
internal sealed record NativeLibraryState(bool Loaded, string? Path, bool? Patched, string? Error)
{
    private const string LinuxName = "libLibTorchSharp.so";

    // What GCC 13 calls and older ones do not have, and what the patched copy calls in its place.
    private static ReadOnlySpan<byte> NewerSymbol => "_ZSt21ios_base_library_initv\0"u8;

    /// <summary>Whether an exception says that the library cannot be loaded.</summary>
    public static bool IsLoadError(Exception exception) => exception switch
    {
        TypeInitializationException { InnerException: { } inner } => IsLoadError(inner),
        DllNotFoundException or BadImageFormatException or EntryPointNotFoundException => true,
        NotSupportedException => exception.Message.Contains("TorchSharp", StringComparison.Ordinal) || exception.Message.Contains("libtorch", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The loader's words behind TorchSharp's, which name another cause.</summary>
    public static string Cause(Exception exception)
    {
        var inner = exception is TypeInitializationException { InnerException: { } cause } ? cause : exception;
        return TryLoad(out _) ?? inner.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
    }

    /// <summary>Tries to load the library.</summary>
    public static NativeLibraryState Find()
    {
        var path = CandidatePath();
        try
        {
            _ = TorchSharp.torch.get_num_threads();
        }
        catch (Exception exception) when (IsLoadError(exception))
        {
            return new NativeLibraryState(false, path, IsPatched(path), Cause(exception));
        }

        path = LoadedPath() ?? path;
        return new NativeLibraryState(true, path, IsPatched(path), null);
    }

    private static string? TryLoad(out string? path)
    {
        path = CandidatePath();
        if (path is null)
            return null;

        try
        {
            NativeLibrary.Load(path);
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return exception.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
        }
    }

    private static string? CandidatePath()
    {
        var name = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : LinuxName;
        var native = System.IO.Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", name);
        var beside = System.IO.Path.Combine(AppContext.BaseDirectory, name);
        return File.Exists(beside) ? beside : File.Exists(native) ? native : null;
    }

    private static string? LoadedPath()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Select(module => module.FileName).FirstOrDefault(file => file.Contains("LibTorchSharp", StringComparison.Ordinal));
    }

    private static bool? IsPatched(string? path)
    {
        if (path is null || !path.EndsWith(".so", StringComparison.Ordinal))
            return null;

        try
        {
            return File.ReadAllBytes(path).AsSpan().IndexOf(NewerSymbol) < 0;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
