using ICAE.Lab.Models;
using ICAE.Lab.Tests.Data;

namespace ICAE.Lab.Tests.Models;

public sealed class ModelStoreTests
{
    [Fact]
    public void Names_are_found_in_the_first_place_that_has_them()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        var own = Make(first, "english", "config.json");
        Make(second, "english", "config.json");
        var nested = Make(second, "HuggingFaceTB/SmolLM2-135M", "config.json");
        var icae = Make(second, "english-4x", "icae.json");
        File.WriteAllText(second.File("smol.Q4_1.gguf"), "GGUF");
        Make(second, "notes", "readme.md");
        var store = new ModelStore([first.Path, second.Path, Path.Combine(second.Path, "missing")]);

        Assert.Equal(own, store.Find("english"));
        Assert.Equal(nested, store.Find("HuggingFaceTB/SmolLM2-135M"));
        Assert.Equal(icae, store.Find("english-4x"));
        Assert.Equal(second.File("smol.Q4_1.gguf"), store.Find("smol.Q4_1"));
        Assert.Equal(second.File("smol.Q4_1.gguf"), store.Find("smol.Q4_1.gguf"));
        Assert.Equal(nested, store.Find(nested));
        Assert.Equal(
            [
                new StoredModel("HuggingFaceTB/SmolLM2-135M", nested, StoredModelKind.Base),
                new StoredModel("english", own, StoredModelKind.Base),
                new StoredModel("english-4x", icae, StoredModelKind.Autoencoder),
                new StoredModel("smol.Q4_1", second.File("smol.Q4_1.gguf"), StoredModelKind.Gguf),
            ],
            store.List());
        Assert.All(store.List(), model => Assert.Equal(model.Name, store.NameOf(model.Path)));
        Assert.Equal("elsewhere-2.5B", store.NameOf("/somewhere/elsewhere-2.5B/"));
    }

    [Theory]
    [InlineData("2-autoencoder", "runs-autoencoder")]
    [InlineData("my-run", "my-run")]
    public void A_stage_of_a_recipe_is_named_after_it_and_a_run_that_lies_beside_by_itself(string run, string name)
    {
        using var folder = new TemporaryFolder();
        var model = Make(folder, $"runs/{run}/model", "icae.json");
        File.WriteAllText(folder.File($"runs/{run}/settings.json"), "{}");
        File.WriteAllText(folder.File("runs/recipe.json"), "{}");

        Assert.Equal(name, new ModelStore([]).NameOf(model));
    }

    [Theory]
    [InlineData("../english")]
    [InlineData("a/../english")]
    [InlineData("./english")]
    [InlineData("a//english")]
    [InlineData("/english")]
    [InlineData("a\\english")]
    [InlineData("C:english")]
    [InlineData("english\0")]
    public void A_name_does_not_lead_out_of_the_places(string name)
    {
        using var folder = new TemporaryFolder();
        Make(folder, "english", "config.json");
        var store = new ModelStore([Directory.CreateDirectory(folder.File("inner")).FullName, folder.Path]);
        Assert.Null(store.FindName(name));
    }

    [Fact]
    public void The_last_part_is_enough_where_one_model_has_it()
    {
        using var folder = new TemporaryFolder();
        var tiny = Make(folder, "a/tiny", "config.json");
        Make(folder, "a/small", "config.json");
        Make(folder, "b/small", "adapter_config.json");
        Make(folder, ".pull/b+tiny", "config.json");
        Make(folder, "c/files", "one.gguf");
        Make(folder, "c/files", "two.gguf");
        var store = new ModelStore([folder.Path]);

        Assert.Equal(tiny, store.Find("tiny"));
        Assert.Null(store.FindName("small"));
        Assert.Contains("a/small, b/small", Assert.Throws<ConfigurationException>(() => store.Find("small")).Message, StringComparison.Ordinal);
        Assert.Null(store.FindName(".pull/b+tiny"));
        Assert.Equal(Path.Combine(folder.Path, "c", "files", "two.gguf"), store.Find("c/files/two"));
        Assert.Equal(["a/small", "a/tiny", "b/small", "c/files/one", "c/files/two"], store.List().Select(model => model.Name));
    }

    [Fact]
    public void What_is_not_there_is_told_with_the_places_and_the_names_that_are()
    {
        using var folder = new TemporaryFolder();
        Make(folder, "english", "config.json");
        var message = Assert.Throws<ConfigurationException>(() => new ModelStore([folder.Path]).Find("engish")).Message;
        Assert.Contains("'engish'", message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, message, StringComparison.Ordinal);
        Assert.Contains("There are: english.", message, StringComparison.Ordinal);
        Assert.Contains(ModelStore.Variable, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variable_comes_before_the_users_folder()
    {
        using var folder = new TemporaryFolder();
        var before = Environment.GetEnvironmentVariable(ModelStore.Variable);
        try
        {
            Environment.SetEnvironmentVariable(ModelStore.Variable, $"{folder.File("a")}{Path.PathSeparator}{folder.File("b")}");
            Assert.Equal([folder.File("a"), folder.File("b"), ModelStore.UserFolder], ModelStore.Default.Places.Take(3));
        }
        finally
        {
            Environment.SetEnvironmentVariable(ModelStore.Variable, before);
        }

        Assert.EndsWith(Path.Combine("icae-lab", "models"), ModelStore.UserFolder, StringComparison.Ordinal);
    }

    private static string Make(TemporaryFolder folder, string name, string file)
    {
        var path = Directory.CreateDirectory(Path.Combine([folder.Path, .. name.Split('/')])).FullName;
        File.WriteAllText(Path.Combine(path, file), "{}");
        return path;
    }
}
