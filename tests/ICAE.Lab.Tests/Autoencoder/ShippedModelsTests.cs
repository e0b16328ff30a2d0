using ICAE.Lab.Autoencoder;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Data;
using ICAE.Lab.Tests.Models;

namespace ICAE.Lab.Tests.Autoencoder;

[Collection("torch")]
public sealed class ShippedModelsTests
{
    [Fact]
    public void The_index_names_the_default_and_without_one_it_is_the_first()
    {
        using var folder = new TemporaryFolder();
        var store = new ModelStore([folder.File("elsewhere"), folder.Path]);
        Assert.Contains(folder.Path, Assert.Throws<ConfigurationException>(() => ShippedModels.Default(store)).Message, StringComparison.Ordinal);
        Save(folder, "base", ("b", SlotLayout.Embeddings), ("a", SlotLayout.Embeddings));

        Assert.Equal("a", ShippedModels.Default(store));
        folder.Write("index.json", """{"default": "b"}""");
        Assert.Equal("b", ShippedModels.Default(store));
        folder.Write("index.json", """{"default": "base"}""");
        Assert.Contains("'base' is not among the autoencoders there: a, b", Assert.Throws<ConfigurationException>(() => ShippedModels.Default(store)).Message, StringComparison.Ordinal);
        folder.Write("index.json", "{}");
        Assert.Contains("default", Assert.Throws<MalformedFileException>(() => ShippedModels.Default(store)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_layout_comes_from_the_same_base_if_it_can()
    {
        using var folder = new TemporaryFolder();
        var store = new ModelStore([folder.Path]);
        Save(folder, "base", ("m", SlotLayout.Embeddings), ("n", SlotLayout.Embeddings));
        folder.Write("index.json", """{"default": "m"}""");
        Assert.Equal(["m"], ShippedModels.OfEachLayout(store));

        Save(folder, "other-base", ("a", SlotLayout.KeysAndValues));
        Assert.Equal(["m", "a"], ShippedModels.OfEachLayout(store));
        Save(folder, "base", ("z", SlotLayout.KeysAndValues));
        Assert.Equal(["m", "z"], ShippedModels.OfEachLayout(store));
    }

    private static void Save(TemporaryFolder folder, string name, params (string Name, SlotLayout Layout)[] autoencoders)
    {
        using (var made = TinyBase.Create(seed: name.Length, name))
            made.Save(folder.File(name));

        using var model = BaseModel.Load(folder.File(name));
        foreach (var (own, layout) in autoencoders)
        {
            using var icae = TinyModel.On(model, TinyIcae.Config with { Layout = layout });
            icae.Save(folder.File(own));
        }
    }
}
