using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

/// <summary>Whole autoencoders on small bases.</summary>
internal static class TinyModel
{
    public static IcaeModel On(BaseModel model, IcaeConfig? config = null, long seed = 1, bool ownsBase = false, IcaeUsage? usage = null)
    {
        var core = Icae.Create(model.Transformer, config ?? TinyIcae.Config, seed);
        TinyIcae.Shake(core, seed);
        return new IcaeModel(core, model, "tiny-4x", usage, ownsBase: ownsBase);
    }

    public static IcaeModel Create(IcaeConfig? config = null, IcaeUsage? usage = null) => On(TinyBase.Create(), config, ownsBase: true, usage: usage);

    public static bool SameValues(Memory first, Memory second)
    {
        using var scope = NewDisposeScope();
        return first.Slots.Tensors().Zip(second.Slots.Tensors()).All(pair => pair.First.Key == pair.Second.Key && pair.First.Value.equal(pair.Second.Value).all().item<bool>());
    }
}
