using ICAE.Lab.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Cli;

/// <summary>Small models run on one thread, unless told otherwise.</summary>
internal static class SmallModels
{
    private const long MostParameters = 32_000_000;

    /// <summary>
    /// Sets the threads for a model that writes token by token. The products of a small one are too small to be shared: threads that wait
    /// for each other cost more than they give, and on a busy machine many times more.
    /// </summary>
    /// <param name="model">The base.</param>
    /// <param name="threads">The threads that were asked for; 0 if none were. Those of OMP_NUM_THREADS stay, too.</param>
    public static void FitThreads(BaseModel model, int threads)
    {
        if (threads == 0 && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS")) && model.Transformer.Config.ParameterCount < MostParameters)
            set_num_threads(1);
    }
}
