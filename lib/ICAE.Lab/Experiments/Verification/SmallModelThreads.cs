using ICAE.Lab.Models;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// One thread for as long as a small model is computed: its operations are too short to share out, and threads that wait for each other
/// on a busy machine take many times as long.
/// </summary>
internal static class SmallModelThreads
{
    private const long SmallParameters = 4_000_000;

    /// <summary>Takes one thread where the model is small and nothing says how many.</summary>
    public static TorchThreads For(Transformer model, VerificationSettings settings) =>
        new(settings.Threads is null && model.Config.ParameterCount < SmallParameters ? 1 : null);
}
