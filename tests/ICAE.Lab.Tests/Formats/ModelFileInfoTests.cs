using System.Globalization;
using ICAE.Lab.Formats;

namespace ICAE.Lab.Tests.Formats;

public sealed class ModelFileInfoTests
{
    [Fact]
    public void A_model_folder_shows_settings_and_tensors()
    {
        var info = ModelFileInfo.Read(ReferenceFiles.Find("base-models", "qwen2"));

        Assert.Equal(ModelFileKind.ModelFolder, info.Kind);
        Assert.Contains(KeyValuePair.Create("model_type", "qwen2"), info.Metadata);
        Assert.Equal(38, info.Tensors.Count);
        Assert.Equal(info.TensorBytes, 4 * info.ParameterCount);
        Assert.Equal(594_992 - 3_888, info.TensorBytes);
    }

    [Fact]
    public void A_sharded_model_is_counted_as_one()
    {
        var info = ModelFileInfo.Read(ReferenceFiles.Find("base-models", "llama-sharded-bf16", "model.safetensors.index.json"));

        Assert.Equal(ModelFileKind.SafetensorsIndex, info.Kind);
        Assert.Equal("index of 2 safetensors files", info.Description);
        Assert.Equal(373_632, info.TensorBytes);
        Assert.Equal(373_632 / 2, info.ParameterCount);
    }

    [Fact]
    public void A_gguf_file_shows_metadata_and_types()
    {
        var info = ModelFileInfo.Read(ReferenceFiles.Find("gguf", "every-type.gguf"));

        Assert.Equal(ModelFileKind.Gguf, info.Kind);
        Assert.Equal("3", info.FormatVersion);
        Assert.Contains(KeyValuePair.Create("words", "Text[3]"), info.Metadata);
        Assert.Contains(KeyValuePair.Create("ratio", "0.25"), info.Metadata);
        Assert.Equal(13 * 3 * 512, info.ParameterCount);
    }

    [Fact]
    public void An_adapter_folder_shows_rank_and_targets()
    {
        var info = ModelFileInfo.Read(ReferenceFiles.Find("base-models", "llama-gqa-tied", "lora-rank-stabilised"));

        Assert.Equal(ModelFileKind.AdapterFolder, info.Kind);
        Assert.Contains(KeyValuePair.Create("rank", "8"), info.Metadata);
        Assert.Contains(KeyValuePair.Create("targets", "q_proj, v_proj"), info.Metadata);
        Assert.Equal(12, info.Tensors.Count);
    }

    [Fact]
    public void Published_files_settings_and_tokenizers_are_told_apart()
    {
        using var folder = TestFiles.NewFolder();

        Assert.Contains("ICAE", ModelFileInfo.Read(ReferenceFiles.Find("icae-v2", "icae-released-dtypes.safetensors")).Description, StringComparison.Ordinal);
        Assert.Equal("settings of a model", ModelFileInfo.Read(ReferenceFiles.Find("base-models", "mistral", "config.json")).Description);
        Assert.Equal("tokenizer file in JSON", ModelFileInfo.Read(folder.Write("tokenizer.json", "{\"model\":{}}"u8.ToArray())).Description);
        Assert.Equal(ModelFileKind.SentencePiece, ModelFileInfo.Read(folder.Write("tokenizer.model", [0x0A, 1, 0])).Kind);
    }

    /// <summary>In a process of its own, because this one may have loaded the native library for other tests.</summary>
    [SkippableFact]
    public void Reading_does_not_load_the_native_library_and_takes_little_memory()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "what a process has loaded is read from /proc");
        foreach (var path in (string[])[
            ReferenceFiles.Find("base-models", "qwen2"),
            ReferenceFiles.Find("base-models", "llama-sharded-bf16"),
            ReferenceFiles.Find("base-models", "llama-gqa-tied", "lora-q-v"),
            ReferenceFiles.Find("gguf", "every-type.gguf")])
        {
            using var process = ChildProcess.Start("info", path);
            var words = process.StandardOutput.ReadToEnd().Trim().Split(' ');
            Assert.True(process.WaitForExit(60_000));

            Assert.Equal(["tensors", "torch"], [words[0], words[2]]);
            Assert.NotEqual("0", words[1]);
            Assert.Equal("False", words[3]);
            Assert.True(long.Parse(words[4], CultureInfo.InvariantCulture) < 100_000_000, $"{words[4]} bytes were used");
        }
    }

    [SkippableFact]
    public void Of_a_link_the_bytes_are_those_of_what_it_leads_to()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links and permissions of files are not those of Unix on Windows.");

        using var folder = TestFiles.NewFolder();
        var config = ReferenceFiles.Find("base-models", "qwen2", "config.json");
        File.CreateSymbolicLink(folder.File("config.json"), config);

        Assert.Equal(new FileInfo(config).Length, ModelFileInfo.Read(folder.File("config.json")).FileBytes);
    }

    [Fact]
    public void Keys_of_metadata_do_not_speak_to_the_terminal()
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("a.safetensors", RawSafetensors.File("""{"__metadata__":{"a\u001b]0;x\u0007":"b"}}"""));

        Assert.Equal("a ]0;x ", Assert.Single(ModelFileInfo.Read(path).Metadata).Key);
    }
}
