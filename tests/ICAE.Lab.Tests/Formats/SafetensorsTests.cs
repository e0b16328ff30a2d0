using System.Security.Cryptography;
using ICAE.Lab.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Formats;

[Collection("torch")]
public sealed class SafetensorsTests
{
    public static TheoryData<string> ReferenceTensorFiles()
    {
        var root = ReferenceFiles.Find();
        var data = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(root, "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            data.Add(Path.GetRelativePath(root, file));
        return data;
    }

    [Theory]
    [MemberData(nameof(ReferenceTensorFiles))]
    public void Every_tensor_of_a_reference_file_loads_and_is_written_back_byte_for_byte(string file)
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var path = ReferenceFiles.Find(file);
        using var source = SafetensorsFile.Open(path);
        Assert.NotEmpty(source.Tensors);
        var tensors = source.Tensors.Select(tensor => KeyValuePair.Create(tensor.Name, source.Load(tensor.Name))).ToArray();
        foreach (var (descriptor, (_, tensor)) in source.Tensors.Zip(tensors))
        {
            Assert.Equal(descriptor.Shape, tensor.shape);
            Assert.Equal(descriptor.ByteLength, tensor.NumberOfElements * tensor.ElementSize);
            Assert.Equal(DeviceType.CPU, tensor.device_type);
        }

        SafetensorsWriter.Write(folder.File("copy.safetensors"), tensors, source.Metadata);

        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder.File("copy.safetensors")));
        Assert.Equal(["copy.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Each_type_keeps_its_values()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var values = new[] { 0.0, 1.0, -2.5, 3.0 };
        var tensors = new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Bool }
            .Select(type => KeyValuePair.Create($"t.{type}", tensor(values, device: CPU).to(type)))
            .Append(KeyValuePair.Create("t.Byte", tensor(new byte[] { 0, 1, 2, 255 }, device: CPU)))
            .Append(KeyValuePair.Create("scalar", tensor(7.5f, device: CPU)))
            .Append(KeyValuePair.Create("empty", zeros(3, 0, 2, device: CPU)))
            .ToArray();
        var path = folder.File("types.safetensors");
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["b"] = "zwei \"2\"", ["a"] = "drei — 🙂" });

        using var source = SafetensorsFile.Open(path);

        Assert.Equal(tensors.Select(pair => pair.Key), source.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("drei — 🙂", source.Metadata["a"]);
        Assert.Equal("zwei \"2\"", source.Metadata["b"]);
        foreach (var (name, expected) in tensors)
        {
            var actual = source.Load(name);
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True(actual.equal(expected).all().ToBoolean(), name);
        }
    }

    [Fact]
    public void Types_that_torch_lacks_become_the_nearest_that_holds_them()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("foreign.safetensors", RawSafetensors.File(
            ("u16", "U16", [2], [0x01, 0x00, 0xFF, 0xFF]),
            ("u32", "U32", [1], [0xFF, 0xFF, 0xFF, 0xFF]),
            ("u64", "U64", [1], [1, 0, 0, 0, 0, 0, 0, 0]),
            ("u64big", "U64", [1], [0, 0, 0, 0, 0, 0, 0, 0x80]),
            ("e4m3", "F8_E4M3", [7], [0x00, 0x01, 0x38, 0xB8, 0x7E, 0x7F, 0x08]),
            ("e5m2", "F8_E5M2", [7], [0x00, 0x01, 0x3C, 0xBC, 0x7B, 0x7C, 0x7D])));

        using var source = SafetensorsFile.Open(path);

        Assert.Equal([1, 65535], source.Load("u16").data<int>().ToArray());
        Assert.Equal([4294967295], source.Load("u32").data<long>().ToArray());
        Assert.Equal([1], source.Load("u64").data<long>().ToArray());
        Assert.Equal([0, 1 / 512f, 1, -1, 448, float.NaN, 1 / 64f], source.Load("e4m3").data<float>().ToArray());
        Assert.Equal([0, 1 / 65536f, 1, -1, 57344, float.PositiveInfinity, float.NaN], source.Load("e5m2").data<float>().ToArray());
        Assert.Contains("2^63", Assert.Throws<MalformedFileException>(() => source.Load("u64big")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truth_value_that_is_neither_0_nor_1_is_refused()
    {
        using var folder = TestFiles.NewFolder();
        using var source = SafetensorsFile.Open(folder.Write("b.safetensors", RawSafetensors.File(("b", "BOOL", [2], [1, 2]))));

        Assert.Contains("neither 0 nor 1", Assert.Throws<MalformedFileException>(() => source.Load("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Views_are_written_as_the_values_that_they_show()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var whole = arange(24, dtype: ScalarType.Float32, device: CPU).view(4, 6);
        var parameter = new TorchSharp.Modules.Parameter(whole.clone(), requires_grad: true);
        var tensors = new Dictionary<string, Tensor>
        {
            ["transposed"] = whole.t(),
            ["slice"] = whole[TensorIndex.Slice(1, 3), TensorIndex.Slice(2, 5)],
            ["expanded"] = whole.narrow(0, 0, 1).expand(3, 6),
            ["parameter"] = parameter,
        };
        SafetensorsWriter.Write(folder.File("views.safetensors"), tensors);

        using var source = SafetensorsFile.Open(folder.File("views.safetensors"));

        foreach (var (name, expected) in tensors)
            Assert.True(source.Load(name).equal(expected).all().ToBoolean(), name);
        Assert.Equal(2 * 3 * 4, source.Tensors.Single(tensor => tensor.Name == "slice").ByteLength);
    }

    [Fact]
    public void Type_and_device_can_be_asked_for()
    {
        using var scope = NewDisposeScope();
        using var source = SafetensorsFile.Open(ReferenceFiles.Find("base-models", "qwen2", "model.safetensors"));
        var name = source.Tensors[0].Name;

        Assert.Equal(ScalarType.BFloat16, source.Load(name, ScalarType.BFloat16).dtype);
        var onMeta = source.Load(name, ScalarType.Float16, META);
        Assert.Equal(DeviceType.META, onMeta.device_type);
        Assert.Equal(source.Tensors[0].Shape, onMeta.shape);
        Assert.Contains("'nothing'", Assert.Throws<MalformedFileException>(() => source.Load("nothing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_and_writing_leave_no_tensor_behind_and_share_nothing_with_the_file()
    {
        using var folder = TestFiles.NewFolder();
        var path = folder.File("a.safetensors");
        using (var ones = torch.ones(5, dtype: ScalarType.Float32, device: CPU))
            SafetensorsWriter.Write(path, [KeyValuePair.Create("a", ones)]);

        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var source = SafetensorsFile.Open(path))
        {
            for (var i = 0; i < 20; i++)
            {
                using var loaded = source.Load("a");
                loaded.add_(1);
                SafetensorsWriter.Write(folder.File("b.safetensors"), [KeyValuePair.Create("a", loaded)]);
            }

            using var again = source.Load("a", ScalarType.Float64);
            Assert.Equal([1, 1, 1, 1, 1], again.data<double>().ToArray());
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Many_empty_tensors_keep_the_order_of_the_header()
    {
        using var folder = TestFiles.NewFolder();
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"{i * 17 % 40}")];
        var path = folder.Write("a.safetensors", RawSafetensors.File([.. names.Select(name => (name, "F32", new long[] { 0, 2 }, Array.Empty<byte>()))]));

        using var source = SafetensorsFile.Open(path);

        Assert.Equal(names, source.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes_whatever_order_the_metadata_comes_in()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var tensors = new[] { KeyValuePair.Create("z", torch.ones(2, 2, device: CPU)), KeyValuePair.Create("a", torch.zeros(3, device: CPU)) };
        SafetensorsWriter.Write(folder.File("1"), tensors, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafetensorsWriter.Write(folder.File("2"), tensors, new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });

        Assert.Equal(SHA256.HashData(File.ReadAllBytes(folder.File("1"))), SHA256.HashData(File.ReadAllBytes(folder.File("2"))));
        using var source = SafetensorsFile.Open(folder.File("1"));
        Assert.Equal(["z", "a"], source.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(0, source.DataOffset % 8);
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused_and_the_old_file_stays()
    {
        using var scope = NewDisposeScope();
        using var folder = TestFiles.NewFolder();
        var path = folder.Write("a.safetensors", [1, 2, 3]);
        var one = torch.ones(1, device: CPU);

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("a", one), new("a", one)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("__metadata__", one)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("half \uD800", one)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("c", one.to(ScalarType.ComplexFloat64))]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [new("m", one.to(META))]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_header_of_640_bytes_is_no_pickle()
    {
        using var folder = TestFiles.NewFolder();
        var header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(0x280);
        var path = folder.Write("a.safetensors", [.. BitConverter.GetBytes(0x280L), .. System.Text.Encoding.UTF8.GetBytes(header), 9]);

        using var source = TensorSources.Open(path);

        Assert.Equal("a", Assert.Single(source.Tensors).Name);
    }

    [Fact]
    public void A_sharded_model_reads_as_one()
    {
        using var scope = NewDisposeScope();
        using var source = TensorSources.Open(ReferenceFiles.Find("base-models", "llama-sharded-bf16"));
        var sharded = Assert.IsType<ShardedSafetensors>(source);
        Assert.Equal(2, sharded.Shards.Count);
        Assert.Equal(30, sharded.Tensors.Count);
        foreach (var tensor in sharded.Tensors)
            Assert.Equal(tensor.Shape, sharded.Load(tensor.Name).shape);
        Assert.Throws<MalformedFileException>(() => sharded.Load("nothing"));
        Assert.False(sharded.TryDescribe("nothing", out _));
    }

    [Fact]
    public void Reading_a_closed_file_is_an_error_of_the_caller()
    {
        var source = SafetensorsFile.Open(ReferenceFiles.Find("gguf", "every-type.safetensors"));
        source.Dispose();

        Assert.Throws<ObjectDisposedException>(() => source.Load(source.Tensors[0].Name));
    }
}
