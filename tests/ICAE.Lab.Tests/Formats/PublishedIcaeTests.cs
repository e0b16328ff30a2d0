using ICAE.Lab.Formats;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Formats;

[Collection("torch")]
public sealed class PublishedIcaeTests
{
    [Theory]
    [InlineData("icae-released-dtypes.safetensors", PublishedIcaeForm.Released)]
    [InlineData("icae.safetensors", PublishedIcaeForm.Float32)]
    [InlineData("icae-after-12-updates.safetensors", PublishedIcaeForm.Float32)]
    public void Published_files_are_read_and_written_back_byte_for_byte(string name, PublishedIcaeForm form)
    {
        using var folder = TestFiles.NewFolder();
        var path = ReferenceFiles.Find("icae-v2", name);

        using var icae = PublishedIcaeFile.Read(path);
        PublishedIcaeFile.Write(folder.File("copy.safetensors"), icae, form);

        Assert.Equal(8, icae.Rank);
        Assert.Equal([7, 64], icae.MemoryTable.shape);
        Assert.Equal(ScalarType.Float32, icae.MemoryTable.dtype);
        Assert.Equal(6, icae.Matrices.Count);
        Assert.Equal([32, 8], icae.Matrices["model.layers.2.self_attn.v_proj"].B.shape);
        Assert.Equal(form == PublishedIcaeForm.Released ? ScalarType.BFloat16 : ScalarType.Float32, icae.Matrices["model.layers.0.self_attn.q_proj"].A.dtype);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder.File("copy.safetensors")));
    }

    [Fact]
    public void The_float32_file_written_in_released_form_is_the_released_one()
    {
        using var folder = TestFiles.NewFolder();
        using var icae = PublishedIcaeFile.Read(ReferenceFiles.Find("icae-v2", "icae.safetensors"));

        PublishedIcaeFile.Write(folder.File("released.safetensors"), icae);

        Assert.Equal(File.ReadAllBytes(ReferenceFiles.Find("icae-v2", "icae-released-dtypes.safetensors")), File.ReadAllBytes(folder.File("released.safetensors")));
    }

    [Fact]
    public void Keys_order_and_types_are_those_of_the_published_7B_file()
    {
        using var scope = NewDisposeScope();
        var matrices = new Dictionary<string, LoraMatrices>();
        for (var layer = 0; layer < 32; layer++)
        {
            matrices.Add($"model.layers.{layer}.self_attn.q_proj", new LoraMatrices(zeros(1, 4096, device: CPU), zeros(4096, 1, device: CPU)));
            matrices.Add($"model.layers.{layer}.self_attn.v_proj", new LoraMatrices(zeros(1, 4096, device: CPU), zeros(1024, 1, device: CPU)));
        }

        using var folder = TestFiles.NewFolder();
        PublishedIcaeFile.Write(folder.File("big.safetensors"), new PublishedIcaeState(zeros(131, 4096, device: CPU), matrices, 1));
        using var file = SafetensorsFile.Open(folder.File("big.safetensors"));

        Assert.Equal(129, file.Tensors.Count);
        Assert.Empty(file.Metadata);
        Assert.Equal("F32", file.Tensors[0].StoredType);
        Assert.Equal("memory_token_embed.weight", file.Tensors[0].Name);
        Assert.All(file.Tensors.Skip(1), tensor => Assert.Equal("BF16", tensor.StoredType));
        Assert.Contains(file.Tensors, tensor => tensor.Name == "icae.base_model.model.model.layers.31.self_attn.v_proj.lora_B.default.weight");
    }

    [Fact]
    public void Other_keys_and_pickles_are_refused_by_name()
    {
        using var folder = TestFiles.NewFolder();
        var adapter = ReferenceFiles.Find("base-models", "llama-gqa-tied", "lora-q-v", "adapter_model.safetensors");
        var stray = folder.Write("stray.safetensors", RawSafetensors.File(("memory_token_embed.weight", "F32", [1, 1], new byte[4]), ("icae.norm.weight", "F32", [1], new byte[4])));
        var pickle = folder.Write("icae_zeroweight_llama2.pt", [0x50, 0x4B, 3, 4, 0, 0]);

        Assert.Contains("memory_token_embed", Assert.Throws<MalformedFileException>(() => PublishedIcaeFile.Read(adapter)).Message, StringComparison.Ordinal);
        Assert.Contains("icae.norm.weight", Assert.Throws<MalformedFileException>(() => PublishedIcaeFile.Read(stray)).Message, StringComparison.Ordinal);
        Assert.Contains("run any code", Assert.Throws<MalformedFileException>(() => PublishedIcaeFile.Read(pickle)).Message, StringComparison.Ordinal);
    }
}
