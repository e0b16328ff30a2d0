using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Experiments.Verification;

/// <summary>
/// One thread for as long as a small model is computed: its operations are too short to share out, and threads that wait for each other
/// on a busy machine take many times as long.
/// </summary>
internal sealed class SmallModelThreads : IDisposable
{
    private const long SmallParameters = 4_000_000;

    private readonly int _before;

    public SmallModelThreads(Transformer model, VerificationSettings settings)
    {
        _before = get_num_threads();
        if (settings.Threads is null && model.Config.ParameterCount < SmallParameters)
            set_num_threads(1);
    }

    public void Dispose() => set_num_threads(_before);
}
