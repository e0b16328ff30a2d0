using System.Text.Json;
using System.Text.Json.Nodes;

namespace ICAE.Lab.Cli.Tests;

/// <summary>Reference values hold; damaged ones are found and named.</summary>
[Collection("torch")]
public sealed class VerifyCommandTests
{
    private const string Grad = "ae_one_span.grad.icae.base_model.model.model.layers.1.self_attn.v_proj.lora_B.default.weight";

    public static TheoryData<string> Folders =>
    [
        "base-models/llama-gqa-tied", "base-models/llama3-rope-scaled", "base-models/llama-sharded-bf16", "base-models/mistral",
        "base-models/mistral-window", "base-models/qwen2", "base-models/qwen3", "base-models/llama-gqa-tied/lora-all-linear",
        "base-models/llama-gqa-tied/lora-q-v", "base-models/llama-gqa-tied/lora-rank-stabilised", "icae-v2", "gguf", "text/metrics.json",
        "text/byte-level-bpe", "text/sentencepiece-bpe", "text/mistral-v1", "presets",
    ];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Every_reference_value_holds(string path)
    {
        var result = await Verify(ReferenceCopy.Find(path.Split('/')), path == "icae-v2" ? Mistral : null);

        Assert.Equal("", result.Error);
        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Equal(["checks", "ok"], result.Json.Select(field => field.Key));
        Assert.True(result.Json["ok"]!.GetValue<bool>());
        var checks = result.Json["checks"]!.AsArray();
        Assert.NotEmpty(checks);
        Assert.All(checks, check =>
        {
            Assert.Equal(["name", "max_difference", "tolerance", "ok"], check!.AsObject().Select(field => field.Key));
            Assert.True(check["ok"]!.GetValue<bool>());
            Assert.True(check["max_difference"]!.GetValue<double>() <= check["tolerance"]!.GetValue<double>());
        });
    }

    [Fact]
    public async Task Every_quantity_of_a_base_model_is_compared()
    {
        var result = await Verify(ReferenceCopy.Find("base-models", "qwen3"));

        Assert.Equal(
            [
                "embedded.logits", "greedy.logits", "greedy.tokens", "left_padded.logits_where_mask_is_1", "plain.after_first_layer", "plain.embeddings",
                "plain.final_norm_output", "plain.logits", "plain.loss", "positions.logits", "right_padded.logits_where_mask_is_1",
            ],
            Names(result).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_quantity_of_an_autoencoder_is_compared()
    {
        var names = Names(await Verify(ReferenceCopy.Find("icae-v2"), Mistral)).ToHashSet(StringComparer.Ordinal);

        string[] cases = ["ae_one_span", "ae_three_spans", "lm", "lm_with_token", "instruction"];
        int[] lengths = [1, 2, 7, 15, 16, 17, 31, 32, 33, 50];
        Assert.Superset(
            new HashSet<string>(
            [
                "special ids", "spans", "examples", "slots as one padded batch", "training.losses", "training.gradient_norms (relative)",
                "training.weights_after", "released file: keys and types", "released file: values", "released file: written again",
                .. lengths.Select(length => $"compress.{length}.slots"),
                .. cases.SelectMany(name => new[] { $"{name}.loss", $"{name}.logits", $"{name}.grad (relative)" }),
                .. new[] { 5, 16, 40 }.SelectMany(length => new[] { $"greedy-{length}.slots", $"greedy-{length}.ids", $"greedy-{length}.logits" }),
            ]),
            names);
    }

    [Theory]
    [InlineData("reference.safetensors", "plain.logits", "plain.logits")]
    [InlineData("reference.safetensors", "plain.after_first_layer", "plain.after_first_layer")]
    [InlineData("reference.safetensors", "positions.logits", "positions.logits")]
    [InlineData("reference.safetensors", "left_padded.logits_where_mask_is_1", "left_padded.logits_where_mask_is_1")]
    [InlineData("reference.safetensors", "greedy.logits", "greedy.logits")]
    [InlineData("reference.safetensors", "plain.loss", "plain.loss")]
    [InlineData("model.safetensors", "model.layers.0.self_attn.q_proj.weight", "plain.logits")]
    public async Task A_damaged_value_of_a_base_model_is_named(string file, string tensor, string check)
    {
        using var copy = new ReferenceCopy("base-models", "llama-gqa-tied");
        copy.Shift(file, tensor, 0, 0.01f);
        var result = await Verify(copy.Folder);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.False(result.Json["ok"]!.GetValue<bool>());
        Assert.Contains(check, Wrong(result));
        Assert.True(file != "reference.safetensors" || Wrong(result).Count() == 1);
    }

    [Fact]
    public async Task A_damaged_token_is_named()
    {
        using var copy = new ReferenceCopy("base-models", "llama-gqa-tied");
        copy.Set("reference.safetensors", "greedy.tokens", 11, 3);
        var result = await Verify(copy.Folder);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(["greedy.tokens"], Wrong(result));
    }

    [Fact]
    public async Task An_id_outside_the_vocabulary_is_an_error_that_names_it()
    {
        using var copy = new ReferenceCopy("base-models", "llama-gqa-tied");
        copy.Set("reference.safetensors", "plain.input_ids", 3, 1_000_000);
        var result = await Verify(copy.Folder);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("plain.input_ids", result.Error, StringComparison.Ordinal);
        Assert.Contains("1000000", result.Error, StringComparison.Ordinal);
        Assert.False(result.Json["ok"]!.GetValue<bool>());
    }

    [Fact]
    public async Task An_adapter_is_compared_on_the_base_that_is_named()
    {
        using var copy = new ReferenceCopy("base-models", "llama-gqa-tied", "lora-q-v");
        Assert.Equal(ExitCodes.Usage, (await Verify(copy.Folder)).ExitCode);
        Assert.Equal(ExitCodes.Ok, (await Verify(copy.Folder, ReferenceCopy.Find("base-models", "llama-gqa-tied"))).ExitCode);

        copy.Shift("reference.safetensors", "merged.layer1.v_proj", 5, 0.001f);
        Assert.Equal(["merged.layer1.v_proj"], Wrong(await Verify(copy.Folder, ReferenceCopy.Find("base-models", "llama-gqa-tied"))));
    }

    [Theory]
    [InlineData("reference.safetensors", "compress.17.slots", "compress.17.slots", "slots as one padded batch")]
    [InlineData("reference.safetensors", "lm.logits", "lm.logits")]
    [InlineData("reference.safetensors", "instruction.loss", "instruction.loss")]
    [InlineData("reference.safetensors", Grad, "ae_one_span.grad (relative)")]
    [InlineData("greedy-16.safetensors", "logits", "greedy-16.logits")]
    [InlineData("greedy-16.safetensors", "slots", "greedy-16.slots")]
    [InlineData("icae-released-dtypes.safetensors", "memory_token_embed.weight", "released file: values")]
    public async Task A_damaged_value_of_an_autoencoder_is_named(string file, string tensor, params string[] checks)
    {
        using var copy = new ReferenceCopy("icae-v2");
        copy.Shift(file, tensor, 0, 0.01f);
        var result = await Verify(copy.Folder, Mistral);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(checks.Order(), Wrong(result).Order());
    }

    /// <summary>Entry 93 is [1, 29] of a tensor [8, 64]: its first gradient is a millionth of the largest.</summary>
    [Theory]
    [InlineData(93, 0.0003f)]
    [InlineData(93, 0.001f, "training.weights_after, at most 4 entries whose first gradient is below 1e-5 of the tensor's largest")]
    [InlineData(93, float.NaN, "training.weights_after, at most 4 entries whose first gradient is below 1e-5 of the tensor's largest")]
    [InlineData(94, 0.00015f, "training.weights_after")]
    public async Task A_damaged_weight_is_named_and_only_what_rounding_decides_may_differ(int index, float by, params string[] checks)
    {
        using var copy = new ReferenceCopy("icae-v2");
        copy.Edit("reference.json", json => json.AsObject().Remove("greedy_after_training"));
        copy.Shift("icae-after-12-updates.safetensors", "icae.base_model.model.model.layers.2.self_attn.q_proj.lora_A.default.weight", index, by);
        var result = await Verify(copy.Folder, Mistral);

        Assert.Equal(checks.Length == 0 ? ExitCodes.Ok : ExitCodes.Failed, result.ExitCode);
        Assert.Equal(checks, Wrong(result));
        Assert.Equal(index == 93, Names(result).Any(name => name.Contains("at most 4 entries", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Damage_in_an_autoencoders_json_is_named()
    {
        using var copy = new ReferenceCopy("icae-v2");
        copy.Edit("reference.json", json =>
        {
            json["ae_id"] = 5;
            json["compress"]![3]!["spans"] = 9;
            json["examples"]![2]!["labels"]![20] = 1;
            json["training"]!["losses"]![11] = 1.0;
            json["greedy_after_training"]![1]!["greedy_ids"]![19] = 0;
        });
        var result = await Verify(copy.Folder, Mistral);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(["special ids", "spans", "examples", "training.losses", "greedy-16.ids"], Wrong(result));
    }

    [Fact]
    public async Task Other_numbers_of_updates_examples_and_lengths_are_taken_as_they_come()
    {
        using var copy = new ReferenceCopy("icae-v2");
        foreach (var file in Directory.GetFiles(copy.Folder, "icae-after-*").Concat(Directory.GetFiles(copy.Folder, "greedy-*")).Append(copy.File("reference.safetensors")))
            File.Delete(file);

        copy.Edit("reference.json", json =>
        {
            var training = json["training"]!.AsObject();
            training["order"] = "updates u = 0..2 take examples (4u .. 4u+3) mod 8; the rest is as before";
            foreach (var name in new[] { "losses", "gradient_norms_before_clipping" })
                training[name] = new JsonArray([.. training[name]!.AsArray().Take(3).Select(value => value!.DeepClone())]);
        });
        var result = await Verify(copy.Folder, Mistral);

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Contains("training.losses", Names(result));
        Assert.DoesNotContain("training.weights_after", Names(result));
    }

    [Theory]
    [InlineData("order", "as they come")]
    [InlineData("schedule", "cosine")]
    public async Task A_training_run_that_is_not_understood_is_not_guessed_at(string field, string text)
    {
        using var copy = new ReferenceCopy("icae-v2");
        copy.Edit("reference.json", json => json["training"]![field] = text);
        var result = await Verify(copy.Folder, Mistral);

        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Contains($"training.{field}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("byte-level-bpe", "with_begin_token", "ids", "with_begin_token.ids", "with_begin_token.decoded")]
    [InlineData("byte-level-bpe", "without", "decoded", "without.decoded")]
    [InlineData("sentencepiece-bpe", null, "ids", "ids", "decoded")]
    public async Task A_damaged_tokenizer_reference_is_named(string name, string? list, string field, params string[] checks)
    {
        using var copy = new ReferenceCopy("text", name);
        copy.Edit("reference.json", json =>
        {
            var row = (list is null ? json : json[list]!).AsArray()[^1]!;
            row[field] = field == "ids" ? new JsonArray(1, 2, 3) : "something else";
        });
        var result = await Verify(copy.Folder);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(checks, Wrong(result));
        Assert.All(result.Json["checks"]!.AsArray().Where(check => !check!["ok"]!.GetValue<bool>()), check => Assert.Equal(1, check!["max_difference"]!.GetValue<double>()));
    }

    [Fact]
    public async Task Damaged_metrics_are_named()
    {
        using var copy = new ReferenceCopy("text");
        copy.Edit("metrics.json", json => json["sentences"]![40]!["rougeL_f"] = json["sentences"]![40]!["rougeL_f"]!.GetValue<double>() + 2e-6);
        var result = await Verify(copy.File("metrics.json"));

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(["sentences.rougeL_f"], Wrong(result));
    }

    [Fact]
    public async Task A_damaged_dequantised_value_is_named()
    {
        using var copy = new ReferenceCopy("gguf");
        copy.Shift("every-type.safetensors", "q4_k", 700, 0.001f);
        var result = await Verify(copy.Folder);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal(["q4_k (ulp, Q4_K)"], Wrong(result));
    }

    [Fact]
    public async Task A_preset_equals_the_configuration_and_the_model_name_by_name()
    {
        using var folder = new ReferenceCopy("base-models", "qwen2");
        File.WriteAllText(folder.File("preset.json"), Preset.ToJsonString());
        Assert.Equal(ExitCodes.Ok, (await Verify(folder.File("preset.json"))).ExitCode);

        folder.Edit("preset.json", json => json["parameters"] = 1);
        Assert.Equal(["parameters", "parameters of the model"], Wrong(await Verify(folder.File("preset.json"))));

        File.WriteAllText(folder.File("preset.json"), Preset.ToJsonString());
        folder.Edit("preset.json", json =>
        {
            var tensors = json["tensors"]!.AsObject();
            tensors["model.layers.0.self_attn.q_proj.bias"] = new JsonArray(9);
            tensors["lm_head.weight"] = new JsonArray(11, 8);
        });
        Assert.Equal(["tensors of the configuration", "tensors of the model"], Wrong(await Verify(folder.File("preset.json"))));
    }

    [Fact]
    public async Task What_is_not_known_exits_with_2()
    {
        using var folder = new ReferenceCopy("gguf");
        File.Delete(folder.File("every-type.safetensors"));
        File.WriteAllText(folder.File("notes.json"), "{\"a\": 1}");

        foreach (var path in new[] { folder.Folder, folder.File("notes.json"), folder.File("every-type.gguf"), folder.File("missing") })
        {
            var result = await Verify(path);
            Assert.Equal(ExitCodes.Usage, result.ExitCode);
            Assert.Contains(path, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_base_exits_with_2()
    {
        Assert.Equal(ExitCodes.Usage, (await Verify(ReferenceCopy.Find("icae-v2"))).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await Verify(ReferenceCopy.Find("smollm2-135m-instruct"))).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await Verify(ReferenceCopy.Find("icae-v2"), "no-such-folder")).ExitCode);
    }

    [Fact]
    public async Task A_reference_that_is_cut_short_is_refused()
    {
        using var copy = new ReferenceCopy("base-models", "mistral");
        var path = copy.File("reference.safetensors");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..5000]);
        var result = await Verify(copy.Folder);

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains(path, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task People_get_a_table_and_the_place_of_what_is_out()
    {
        using var copy = new ReferenceCopy("text");
        copy.Edit("metrics.json", json => json["corpus"]!["chrf"] = 12.5);
        var result = await CommandResult.RunAsync("verify", copy.File("metrics.json"));

        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Contains("largest difference", result.Output, StringComparison.Ordinal);
        Assert.Contains("OUT", result.Output, StringComparison.Ordinal);
        Assert.Contains("corpus.chrf: corpus.chrf: 81.136", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 out of tolerance", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_real_model_equals_the_reference()
    {
        var model = Path.Combine(Environment.GetEnvironmentVariable("ICAE_TEST_MODELS") ?? "", "SmolLM2-135M-Instruct.Q4_1.gguf");
        Skip.IfNot(File.Exists(model), "ICAE_TEST_MODELS names no folder with SmolLM2-135M-Instruct.Q4_1.gguf.");
        var result = await Verify(ReferenceCopy.Find("smollm2-135m-instruct"), model);

        Assert.Equal(ExitCodes.Ok, result.ExitCode);
        Assert.Contains("chat 0: greedy ids", Names(result));
        Assert.Contains("stored: first values (ulp)", Names(result));
    }

    private static string Mistral => ReferenceCopy.Find("base-models", "mistral");

    /// <summary>Shapes written by hand: one layer, 2 heads of 4, 1 head for keys and values, tied.</summary>
    private static JsonObject Preset => (JsonObject)JsonNode.Parse("""
        {
          "name": "tiny", "architecture": "Qwen2ForCausalLM", "parameters": 704,
          "config": {
            "vocab_size": 11, "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
            "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": true
          },
          "tensors": {
            "model.embed_tokens.weight": [11, 8],
            "model.layers.0.self_attn.q_proj.weight": [8, 8], "model.layers.0.self_attn.q_proj.bias": [8],
            "model.layers.0.self_attn.k_proj.weight": [4, 8], "model.layers.0.self_attn.k_proj.bias": [4],
            "model.layers.0.self_attn.v_proj.weight": [4, 8], "model.layers.0.self_attn.v_proj.bias": [4],
            "model.layers.0.self_attn.o_proj.weight": [8, 8],
            "model.layers.0.mlp.gate_proj.weight": [16, 8], "model.layers.0.mlp.up_proj.weight": [16, 8], "model.layers.0.mlp.down_proj.weight": [8, 16],
            "model.layers.0.input_layernorm.weight": [8], "model.layers.0.post_attention_layernorm.weight": [8], "model.norm.weight": [8]
          }
        }
        """, documentOptions: new JsonDocumentOptions())!;

    private static Task<CommandResult> Verify(string path, string? basePath = null) =>
        CommandResult.RunAsync(basePath is null ? ["verify", path, "--json"] : ["verify", path, "--base", basePath, "--json"]);

    private static IEnumerable<string> Names(CommandResult result) => result.Json["checks"]!.AsArray().Select(check => check!["name"]!.GetValue<string>());

    private static IEnumerable<string> Wrong(CommandResult result) =>
        result.Json["checks"]!.AsArray().Where(check => !check!["ok"]!.GetValue<bool>()).Select(check => check!["name"]!.GetValue<string>());
}
