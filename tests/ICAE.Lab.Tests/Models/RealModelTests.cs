using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Data;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Models;

/// <summary>A public model of 135 million parameters, where it is there.</summary>
[Collection("torch")]
public sealed class RealModelTests
{
    [SkippableFact]
    public void Chats_are_answered_with_the_reference_ids_and_the_model_is_the_same_after_saving()
    {
        var file = Environment.GetEnvironmentVariable("ICAE_TEST_MODELS") is { Length: > 0 } folder ? Path.Combine(folder, "SmolLM2-135M-Instruct.Q4_1.gguf") : "";
        Skip.IfNot(File.Exists(file), "ICAE_TEST_MODELS names no folder with SmolLM2-135M-Instruct.Q4_1.gguf");
        using var model = BaseModel.Load(file);
        var chats = BoundedJson.ReadObject(ReferenceFiles.Find("smollm2-135m-instruct", "reference.json"))["chat"]!.AsArray();
        var prompts = chats.Select(chat => model.Tokenizer.Encode(chat!["prompt"]!.GetValue<string>(), parseSpecialTokens: true).ToArray()).ToList();
        Assert.Equal(chats.Select(chat => PublishedIcae.Ints(chat!["prompt_ids"])), prompts);

        // The reference has at most 32 tokens and may hold the end of the text.
        var expected = chats.Select(chat => PublishedIcae.Ints(chat!["greedy_ids"])).ToList();
        var settings = new GenerationSettings { MaxNewTokensByRow = [.. expected.Select(ids => ids.Length)], EosIds = [] };
        var alone = prompts.Select((prompt, i) => Generation.Run(model.Transformer, [prompt], settings with { MaxNewTokensByRow = [expected[i].Length] })[0].Ids);
        Assert.Equal(expected, alone);
        Assert.Equal(expected, Generation.Run(model.Transformer, prompts, settings).Select(text => text.Ids));

        using var copy = new TemporaryFolder();
        model.Save(copy.Path);
        using var narrow = BaseModel.Load(copy.Path, new ModelOptions { WeightType = ScalarType.BFloat16 });
        Assert.Equal(model.Fingerprint, narrow.Fingerprint);
        Assert.Equal(model.Tokenizer.Fingerprint, narrow.Tokenizer.Fingerprint);
    }
}
