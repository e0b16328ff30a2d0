using System.Globalization;
using ICAE.Lab.Formats;
using ICAE.Lab.Models;
using ICAE.Lab.Tests.Formats;
using ICAE.Lab.Training;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Training;

/// <summary>Checkpoint files: what is written comes back, and what is cut, changed or of another run is refused.</summary>
[Collection("torch")]
public sealed class CheckpointTests : IDisposable
{
    private const string State = """{"row_cursor":3,"text_cursor":4,"ladder":{"rung":1,"accuracy":0.5,"measurements":2}}""";

    private readonly TestFiles.TemporaryFolder _folder = TestFiles.NewFolder();

    /// <summary>What is wrong, and what the error must name.</summary>
    public static TheoryData<string, string> Faults => new()
    {
        { "newer", "format_version: version 2" },
        { "no version", "format_version: version (none)" },
        { "other format", "format" },
        { "no step", "step" },
        { "negative step", "step" },
        { "step as text", "step" },
        { "no state", "state" },
        { "state cut", "state" },
        { "state without cursor", "row_cursor" },
        { "state with more", "epoch" },
        { "other shape", "weights.b" },
        { "missing weight", "weights.b" },
        { "missing moment", "optimizer.square" },
        { "more tensors", "weights.c" },
        { "other type", "weights.a" },
        { "moments of another length", "optimizer.mean" },
    };

    [Fact]
    public void A_checkpoint_comes_back_and_the_same_state_gives_the_same_bytes()
    {
        using var scope = NewDisposeScope();
        var state = new TaskState(3, 4, new LadderState(1, 1.0 / 3, 2));
        using (var made = Make(1))
        {
            made.Optimizer.Mean.normal_(0, 1);
            made.Optimizer.Square.uniform_(0, 1);
            made.Optimizer.Updates = 7;
            Checkpoint.Write(_folder.File("one"), made.Buffer, made.Optimizer, state);
            Checkpoint.Write(_folder.File("two"), made.Buffer, made.Optimizer, state);
        }

        using (var made = Make(2))
        {
            Assert.Equal(state, Checkpoint.Read(_folder.File("one"), made.Buffer, made.Optimizer));
            Assert.Equal(7, made.Optimizer.Updates);
            Checkpoint.Write(_folder.File("three"), made.Buffer, made.Optimizer, state);
        }

        Assert.Equal(File.ReadAllBytes(_folder.File("one")), File.ReadAllBytes(_folder.File("two")));
        Assert.Equal(File.ReadAllBytes(_folder.File("one")), File.ReadAllBytes(_folder.File("three")));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_checkpoint_is_refused_with_file_and_place(string fault, string named)
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("checkpoint");
        WriteFaulty(path, fault);
        using var made = Make(1);

        var error = Assert.Throws<MalformedFileException>(() => Checkpoint.Read(path, made.Buffer, made.Optimizer));

        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_cut_anywhere_is_refused()
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("checkpoint");
        WriteFaulty(path, "");
        var bytes = File.ReadAllBytes(path);
        using var made = Make(1);
        Checkpoint.Read(path, made.Buffer, made.Optimizer);
        for (var length = 0; length < bytes.Length; length += length < 16 ? 1 : 13)
        {
            var cut = _folder.Write("cut", bytes[..length]);
            var error = Assert.Throws<MalformedFileException>(() => Checkpoint.Read(cut, made.Buffer, made.Optimizer));
            Assert.StartsWith(cut + ": ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Changed_header_bytes_give_an_error_of_ours_or_the_values_written()
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("checkpoint");
        WriteFaulty(path, "");
        var bytes = File.ReadAllBytes(path);
        var header = 8 + (int)BitConverter.ToUInt64(bytes);
        var random = new Random(5);
        using var made = Make(1);
        for (var i = 0; i < 300; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[random.Next(header)] = (byte)random.Next(256);
            var file = _folder.Write("changed", changed);
            if (Record.Exception(() => Checkpoint.Read(file, made.Buffer, made.Optimizer)) is { } error)
            {
                Assert.IsType<MalformedFileException>(error);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Trained Make(int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        var a = new Weight("a", empty([2, 3], dtype: ScalarType.Float32, device: CPU).normal_(0, 1, generator));
        var b = new Weight("b", empty([4], dtype: ScalarType.Float32, device: CPU).normal_(0, 1, generator));
        return new Trained(new TrainableBuffer([a, b]));
    }

    private static void WriteFaulty(string path, string fault)
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["weights.a"] = zeros([2, 3], dtype: fault == "other type" ? ScalarType.Float64 : ScalarType.Float32, device: CPU),
            ["weights.b"] = zeros([fault == "other shape" ? 5 : 4], dtype: ScalarType.Float32, device: CPU),
            ["optimizer.mean"] = zeros([fault == "moments of another length" ? 11 : 10], dtype: ScalarType.Float32, device: CPU),
            ["optimizer.square"] = zeros([10], dtype: ScalarType.Float32, device: CPU),
        };
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "icae-lab checkpoint",
            ["format_version"] = "1",
            ["step"] = 7.ToString(CultureInfo.InvariantCulture),
            ["state"] = State,
        };
        switch (fault)
        {
            case "newer": metadata["format_version"] = "2"; break;
            case "no version": metadata.Remove("format_version"); break;
            case "other format": metadata["format"] = "pt"; break;
            case "no step": metadata.Remove("step"); break;
            case "negative step": metadata["step"] = "-1"; break;
            case "step as text": metadata["step"] = "seven"; break;
            case "no state": metadata.Remove("state"); break;
            case "state cut": metadata["state"] = State[..20]; break;
            case "state without cursor": metadata["state"] = """{"text_cursor":4,"ladder":null}"""; break;
            case "state with more": metadata["state"] = State.Replace("{\"row", "{\"epoch\":1,\"row", StringComparison.Ordinal); break;
            case "missing weight": tensors.Remove("weights.b"); break;
            case "missing moment": tensors.Remove("optimizer.square"); break;
            case "more tensors": tensors["weights.c"] = zeros([1], dtype: ScalarType.Float32, device: CPU); break;
        }

        SafetensorsWriter.Write(path, tensors, metadata);
    }

    private sealed class Trained(TrainableBuffer buffer) : IDisposable
    {
        public TrainableBuffer Buffer { get; } = buffer;

        public AdamW Optimizer { get; } = new(buffer);

        public void Dispose()
        {
            Optimizer.Dispose();
            foreach (var weight in Buffer.Weights)
            {
                weight.Dispose();
            }

            Buffer.Dispose();
        }
    }
}
