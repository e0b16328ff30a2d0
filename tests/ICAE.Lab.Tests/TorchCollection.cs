using static TorchSharp.torch;

namespace ICAE.Lab.Tests;

/// <summary>Tests that use torch run one after the other: two at a time fight for the cores.</summary>
[CollectionDefinition("torch", DisableParallelization = true)]
public sealed class TorchCollection : ICollectionFixture<TorchCollection.OneThread>
{
    /// <summary>A tiny model gains nothing from a second thread and waits for it wherever another process has the core.</summary>
    public sealed class OneThread
    {
        public OneThread() => set_num_threads(1);
    }
}
