using ICAE.Lab.Autoencoder;
using ICAE.Lab.Formats;
using ICAE.Lab.Tests.Data;
using ICAE.Lab.Tests.Models;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Autoencoder;

[Collection("torch")]
public sealed class MemoryTests
{
    private static readonly IcaeConfig KeysAndValues = TinyIcae.Config with { Layout = SlotLayout.KeysAndValues };

    public static TheoryData<SlotLayout> Layouts => [.. Enum.GetValues<SlotLayout>()];

    public static TheoryData<string, string, string> Metadata => new()
    {
        { "format", "something", "no memory file" },
        { "format", null!, "no memory file" },
        { "format_version", "2", "version 2" },
        { "format_version", "x", "format_version" },
        { "format_version", null!, "missing" },
        { "base", "", "no name" },
        { "base", null!, "missing" },
        { "base", "a\nb", "no name" },
        { "base_fingerprint", "ab", "64 hexadecimal" },
        { "adapter_fingerprint", null!, "missing" },
        { "layout", "keys_and_values", "layout" },
        { "layout", null!, "missing" },
        { "text_length", "2147483647", "up to" },
        { "text_length", "-1", "up to" },
        { "text_length", "19", "spans" },
        { "spans", "", "TOKENS:SLOTS" },
        { "spans", "9:3", "the text has" },
        { "spans", "9:3 9:3 2:0", "TOKENS:SLOTS" },
        { "spans", "7:3 7:3 6:2147483647", "but its metadata say" },
        { "spans", "7:3 7:3 6:3 0:1", "TOKENS:SLOTS" },
        { "spans", "7:3 7:3 6:2", "but its metadata say" },
        { "hidden", "9", "below 9" },
        { "hidden", "-1", "below 9" },
        { "hidden", "a", "below 9" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_memory_file_gives_the_memory_back(SlotLayout layout)
    {
        using var folder = new TemporaryFolder();
        using var icae = TinyModel.Create(TinyIcae.Config with { Layout = layout });
        using var memory = icae.Compress(TinyBase.Text).Without(2);
        var path = folder.File("m.safetensors");
        memory.Save(path);
        using var loaded = Memory.Load(path);
        Assert.True(TinyModel.SameValues(memory, loaded));
        Assert.Equal(memory.Plan.Spans, loaded.Plan.Spans);
        Assert.Equal(memory.TextLength, loaded.TextLength);
        Assert.Equal(memory.Ratio, loaded.Ratio);
        Assert.Equal(memory.Bytes, loaded.Bytes);
        Assert.Equal((memory.Base, memory.Adapter, memory.Layout), (loaded.Base, loaded.Adapter, loaded.Layout));
        Assert.Equal([2], loaded.HiddenSlots);
        Assert.NotNull(memory.OriginalIds);
        Assert.Null(loaded.OriginalIds);
        Assert.Equal(icae.Restore(memory).Ids, icae.Restore(loaded).Ids);
        Assert.Equal(memory.ToString(), loaded.ToString());
        using var again = Memory.Load(path);
        again.Save(folder.File("n.safetensors"));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder.File("n.safetensors")));
    }

    [Fact]
    public void A_memory_tells_its_size_as_used()
    {
        using var icae = TinyModel.Create();
        using var memory = icae.Compress([.. Enumerable.Range(1, 20)]);
        Assert.Equal((20, 9), (memory.TextLength, memory.SlotCount));
        Assert.Equal(20 / 9.0, memory.Ratio);
        Assert.Equal(9 * 32 * 4, memory.Bytes);
        Assert.Equal("20 tokens on 9 slots (2.22 tokens a slot)", memory.ToString());
        using var less = memory.Without(1).Without([1, 4]);
        Assert.Equal("20 tokens on 9 slots (2.22 tokens a slot, 2 hidden)", less.ToString());
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_hidden_slot_has_no_say_and_the_others_keep_their_places(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var icae = TinyModel.Create(TinyIcae.Config with { Layout = layout });
        using var memory = icae.Compress(TinyBase.Text);
        using var less = memory.Without(1);
        var settings = new GenerationSettings { MaxNewTokens = 12, EosIds = [] };
        var expected = icae.Restore(less, settings).Ids;
        Assert.NotEqual(icae.Restore(memory, settings).Ids, expected);
        using (var none = memory.Without(Enumerable.Range(0, memory.SlotCount)))
        {
            var zero = Generation.Run(icae.Core, SlotBatch.None([memory.Plan]), [[icae.Core.Ids.Autoencode]], settings)[0];
            Assert.Equal(zero.Ids, icae.Restore(none, settings).Ids);
        }

        // The values of the hidden slot change, the text does not. Whatever is shared changes for both.
        foreach (var tensor in layout == SlotLayout.Embeddings ? [memory.Embeddings!.narrow(0, 1, 1)] : memory.Slots.KeysAndValues.Select(layer => layer.Values.narrow(1, 1, 1)))
        {
            tensor.add_(50);
        }

        Assert.Equal(expected, icae.Restore(less, settings).Ids);
        Assert.NotEqual(expected, icae.Restore(memory, settings).Ids);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Without(memory.SlotCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Without(-1));
    }

    [Fact]
    public void Disposing_a_memory_leaves_those_made_from_it()
    {
        using var icae = TinyModel.Create();
        using var memory = icae.Compress(TinyBase.Text);
        var expected = icae.Restore(memory).Ids;
        memory.Without(0).Dispose();
        Assert.Equal(expected, icae.Restore(memory).Ids);
        Memory kept;
        using (var first = icae.Compress(TinyBase.Text))
        {
            kept = first.Without([]);
        }

        Assert.Equal(expected, icae.Restore(kept).Ids);
        kept.Dispose();
    }

    [Theory]
    [MemberData(nameof(Metadata))]
    public void Wrong_metadata_are_refused(string key, string? value, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = Write(folder, TinyIcae.Config, metadata =>
        {
            metadata.Remove(key);
            if (value is not null)
            {
                metadata[key] = value;
            }
        });
        var error = Assert.Throws<MalformedFileException>(() => Memory.Load(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_are_no_slots_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        Refused(new() { ["slots"] = zeros(9, 32, dtype: ScalarType.Int64, device: CPU) }, "I64");
        Refused(new() { ["slots"] = zeros(9 * 32, device: CPU) }, "no slots");
        Refused(new() { ["slots"] = zeros([0, 32], device: CPU) }, "no slots");
        Refused(new() { ["slots"] = full([9, 32], float.NaN, device: CPU) }, "not finite");
        Refused(new() { ["slots"] = zeros(9, 32, device: CPU), ["more"] = zeros(1, device: CPU) }, "neither slots alone");
        Refused(new() { ["other"] = zeros(9, 32, device: CPU) }, "neither slots alone");
        Refused([], "neither slots alone");
        var (keys, values) = (zeros(9, 2, 8, device: CPU), zeros(9, 2, 8, device: CPU));
        Refused(new() { ["layers.0.keys"] = keys }, "neither slots alone", "keys_and_values");
        Refused(new() { ["layers.0.keys"] = keys, ["layers.1.values"] = values }, "neither slots alone", "keys_and_values");
        Refused(new() { ["layers.0.keys"] = keys, ["layers.0.values"] = zeros(9, 2, 4, device: CPU) }, "one shape", "keys_and_values");
        Refused(
            new() { ["layers.0.keys"] = keys, ["layers.0.values"] = values, ["layers.1.keys"] = zeros(8, 2, 8, device: CPU), ["layers.1.values"] = zeros(8, 2, 8, device: CPU) },
            "one shape",
            "keys_and_values");

        void Refused(Dictionary<string, Tensor> tensors, string expected, string layout = "embeddings")
        {
            var path = Write(folder, TinyIcae.Config, metadata => metadata["layout"] = layout, tensors);
            Assert.Contains(expected, Assert.Throws<MalformedFileException>(() => Memory.Load(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_base_or_another_autoencoder_refuses_a_memory_and_names_both()
    {
        using var first = TinyBase.Create(1, "austen");
        using var second = TinyBase.Create(2, "dickens");
        using var own = TinyModel.On(first);
        using var otherBase = TinyModel.On(second);
        using var otherAdapter = TinyModel.On(first, seed: 9);
        using var memory = own.Compress(TinyBase.Text);
        var error = Assert.Throws<IcaeException>(() => otherBase.Restore(memory)).Message;
        Assert.Contains($"'austen' ({first.Fingerprint[..12]})", error, StringComparison.Ordinal);
        Assert.Contains($"'dickens' ({second.Fingerprint[..12]})", error, StringComparison.Ordinal);
        error = Assert.Throws<IcaeException>(() => otherAdapter.Restore(memory)).Message;
        Assert.Contains(own.Reference.Fingerprint[..12], error, StringComparison.Ordinal);
        Assert.Contains(otherAdapter.Reference.Fingerprint[..12], error, StringComparison.Ordinal);
    }

    [Fact]
    public void Slots_of_another_shape_are_refused_whatever_the_file_says_of_its_models()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var icae = TinyModel.Create();
        using var keys = TinyModel.Create(KeysAndValues);
        foreach (var (model, layout, tensors) in ((IcaeModel, string, Dictionary<string, Tensor>)[])
        [
            (icae, "embeddings", new() { ["slots"] = zeros(9, 16, device: CPU) }),
            (icae, "keys_and_values", new() { ["layers.0.keys"] = zeros(9, 2, 8, device: CPU), ["layers.0.values"] = zeros(9, 2, 8, device: CPU) }),
            (keys, "keys_and_values", new() { ["layers.0.keys"] = zeros(9, 2, 8, device: CPU), ["layers.0.values"] = zeros(9, 2, 8, device: CPU) }),
        ])
        {
            var path = Write(folder, model.Config, metadata => metadata["layout"] = layout, tensors, model);
            using var memory = Memory.Load(path);
            Assert.Contains("shape", Assert.Throws<IcaeException>(() => model.Restore(memory)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Constant_slots_are_read_as_they_were_written(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var icae = TinyModel.Create(TinyIcae.Config with { Layout = layout });
        using var memory = icae.Compress(TinyBase.Text);
        var path = folder.File("constant.safetensors");
        using (var constant = ConstantSlots.From(icae.ToBatch([memory]), memory.Base, memory.Adapter))
        {
            constant.Save(path);
        }

        using var loaded = ConstantSlots.Load(path);
        Assert.Equal((memory.SlotCount, layout, memory.Base, memory.Adapter), (loaded.Count, loaded.Layout, loaded.Base, loaded.Adapter));
        Assert.Equal(layout == SlotLayout.Embeddings, loaded.Embeddings is not null && memory.Embeddings!.equal(loaded.Embeddings).all().item<bool>());
        Assert.Equal(layout == SlotLayout.Embeddings ? 0 : 2, loaded.KeysAndValues.Count);
        Assert.Contains("no memory file", Assert.Throws<MalformedFileException>(() => Memory.Load(path)).Message, StringComparison.Ordinal);
        memory.Save(path);
        Assert.Contains("no file of constant slots", Assert.Throws<MalformedFileException>(() => ConstantSlots.Load(path)).Message, StringComparison.Ordinal);
    }

    private static string Write(
        TemporaryFolder folder, IcaeConfig config, Action<Dictionary<string, string>> change, Dictionary<string, Tensor>? tensors = null, IcaeModel? model = null)
    {
        using var scope = NewDisposeScope();
        using var made = model is null ? TinyModel.Create(config) : null;
        using var memory = (model ?? made!).Compress([.. Enumerable.Range(1, 20)]);
        var path = folder.File($"{Guid.NewGuid():N}.safetensors");
        memory.Save(path);
        Dictionary<string, string> metadata;
        using (var file = SafetensorsFile.Open(path))
        {
            metadata = new Dictionary<string, string>(file.Metadata);
        }

        change(metadata);
        SafetensorsWriter.Write(path, tensors is null ? memory.Slots.Tensors() : tensors, metadata);
        return path;
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_values_come_as_numbers_slot_by_slot(SlotLayout layout)
    {
        using var icae = TinyModel.Create(TinyIcae.Config with { Layout = layout });
        using var memory = icae.Compress(TinyBase.Text);
        using var scope = NewDisposeScope();
        var last = memory.Slots.Tensors().Last().Value.reshape(memory.SlotCount, -1).to(ScalarType.Float32);

        var values = memory.ToArray();

        Assert.Equal(memory.SlotCount, values.GetLength(0));
        Assert.Equal(memory.Bytes, values.Length * 4);
        Assert.Equal(last[1, -1].item<float>(), values[1, values.GetLength(1) - 1]);
        Assert.Equal(memory.Slots.Tensors().First().Value.reshape(memory.SlotCount, -1)[0, 0].to(ScalarType.Float32).item<float>(), values[0, 0]);
    }

    [Fact]
    public void The_text_is_known_where_there_is_one()
    {
        using var icae = TinyModel.Create();
        var ids = icae.Encode(TinyBase.Text);
        using var ofText = icae.Compress(TinyBase.Text);
        using var ofItsIds = icae.Compress(ids);
        using var ofOthers = icae.Compress([200, 130, 131, 7]);

        Assert.Equal(TinyBase.Text, ofText.Original);
        Assert.Equal(TinyBase.Text, ofItsIds.Original);
        Assert.Equal(TinyBase.Text, ofText.Without(0).Original);
        Assert.Null(ofOthers.Original);
    }

    [Fact]
    public void A_restoration_shows_its_tokens_joined_for_text_and_one_by_one_for_ids()
    {
        using var icae = TinyModel.Create();
        using var ofText = icae.Compress(TinyBase.Text);
        using var ofIds = icae.Compress([200, 130, 131, 7]);

        var (text, ids) = (icae.Restore(ofText), icae.Restore(ofIds));

        Assert.True(text.IsRunningText);
        Assert.Equal(TinyBase.Text, string.Concat(text.OriginalTokens!));
        Assert.Equal(text.Ids.Count, text.Tokens.Count);
        Assert.False(ids.IsRunningText);
        Assert.Equal(new[] { 200, 130, 131, 7 }.Select(TinyBase.Tokenizer.TokenText), ids.OriginalTokens);
    }
}
