using System.IO.Compression;

namespace ICAE.Lab.Tests.Formats;

/// <summary>Files that a loader must refuse: how each is made, what it is called, and a word of the reason that the error must give.</summary>
internal static class HostileFiles
{
    private const string Sound = """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";

    private static readonly Dictionary<string, (string FileName, string Cause, Action<string> Make)> All = Build();

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Makes the file in a folder.</summary>
    /// <returns>Its path, and a part of the error's message.</returns>
    public static (string Path, string Cause) Make(string name, string folder)
    {
        var (fileName, cause, make) = All[name];
        var path = Path.Combine(folder, fileName);
        make(path);
        return (path, cause);
    }

    private static Dictionary<string, (string, string, Action<string>)> Build()
    {
        var all = new Dictionary<string, (string, string, Action<string>)>(StringComparer.Ordinal);
        AddSafetensors(all);
        AddSafetensorsLayouts(all);
        AddIndexes(all);
        AddGguf(all);
        AddGgufTensors(all);
        AddJson(all);
        AddForeign(all);
        return all;
    }

    private static void AddSafetensors(Dictionary<string, (string, string, Action<string>)> all)
    {
        Raw("empty file", "empty", []);
        Raw("cut within the length", "too few", [5, 0, 0]);
        Raw("header length 0", "given as 0", [.. BitConverter.GetBytes(0L), .. "{}"u8]);
        Raw("header length 1", "given as 1", [.. BitConverter.GetBytes(1L), .. "{}"u8]);
        Raw("header length 2^63 - 1", "9223372036854775807", [.. BitConverter.GetBytes(long.MaxValue), .. "{}"u8]);
        Raw("header length negative", "18446744073709551615", [.. BitConverter.GetBytes(-1L), .. "{}"u8]);
        Raw("header length one too many", "only 2 bytes follow", [.. BitConverter.GetBytes(3L), .. "{}"u8]);
        all.Add("header above the cap", ("x.safetensors", "at most", path => Sparse(path, 40 << 20, [.. BitConverter.GetBytes(30L << 20), .. "{"u8])));
        Raw("header of zeros", "'{'", [.. BitConverter.GetBytes(16L), .. new byte[16]]);
        Header("header an array", "'{'", "[]");
        Raw("header not UTF-8", "not UTF-8", [.. BitConverter.GetBytes(8L), .. "{\"a"u8, 0xFF, 0xFE, .. "\":1"u8]);
        Header("header with half a surrogate pair", "surrogate", """{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""");
        Header("header cut", "JSON", """{"a":{"dtype":"U8"  """);
        Header("header with a trailing comma", "JSON", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},}""");
        Header("header with a comment", "JSON", "{/* */}");
        Header("header with more behind it", "JSON", Sound + "{}", 0, 0);
        Header("100,000 arrays deep", "depth", "{\"a\":{\"x\":" + new string('[', 100_000));
        Header("100,000 objects deep", "depth", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
        Header("tensor twice", "twice", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""");
        Header("tensor twice, once escaped", "twice", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""");
        Header("dtype twice", "two dtype", """{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}""");
        Header("shape twice", "two shape", """{"a":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}}""");
        Header("data_offsets twice", "two data_offsets", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"data_offsets":[0,0]}}""");
        Header("metadata twice", "twice", """{"__metadata__":{},"__metadata__":{}}""");
        Header("metadata key twice", "twice", """{"__metadata__":{"k":"1","k":"2"}}""");
        Header("metadata of numbers", "no string", """{"__metadata__":{"k":1}}""");
        Header("metadata an array", "no object", """{"__metadata__":[]}""");
        Header("metadata without end", "JSON", """{"__metadata__":{"k":"v""");
        Header("10,001 metadata entries", "more than 10000", "{\"__metadata__\":{" + string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"{i}\":\"\"")) + "}}");
        Header("50,001 tensors", "more than 50000", "{" + string.Join(',', Enumerable.Range(0, 50_001).Select(EmptyTensor)) + "}");

        static string EmptyTensor(int name) => "\"" + name + "\":" + """{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""";

        void Raw(string name, string cause, byte[] bytes) => all.Add("safetensors: " + name, ("x.safetensors", cause, path => File.WriteAllBytes(path, bytes)));

        void Header(string name, string cause, string header, params byte[] data) => Raw(name, cause, RawSafetensors.File(header, data));
    }

    private static void AddSafetensorsLayouts(Dictionary<string, (string, string, Action<string>)> all)
    {
        Entry("an array", "no object", "[]");
        Entry("without dtype", "no dtype", """{"shape":[2],"data_offsets":[0,2]}""");
        Entry("without shape", "no shape", """{"dtype":"U8","data_offsets":[0,2]}""");
        Entry("without data_offsets", "no data_offsets", """{"dtype":"U8","shape":[2]}""");
        Entry("of an unknown type", "'Q99'", """{"dtype":"Q99","shape":[2],"data_offsets":[0,2]}""");
        Entry("of a numeric type", "no string", """{"dtype":3,"shape":[2],"data_offsets":[0,2]}""");
        Entry("with a negative size", "whole numbers", """{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}""");
        Entry("with two negative sizes", "whole numbers", """{"dtype":"U8","shape":[-1,-2],"data_offsets":[0,2]}""");
        Entry("with half a size", "whole numbers", """{"dtype":"U8","shape":[1.5],"data_offsets":[0,2]}""");
        Entry("with a size of 2^64", "whole numbers", """{"dtype":"U8","shape":[18446744073709551616],"data_offsets":[0,2]}""");
        Entry("with a size in words", "whole numbers", """{"dtype":"U8","shape":["2"],"data_offsets":[0,2]}""");
        Entry("with a shape in words", "no array", """{"dtype":"U8","shape":"2","data_offsets":[0,2]}""");
        Entry("with sizes that wrap around to 2", "63 bits", """{"dtype":"U8","shape":[6148914691236517206,3],"data_offsets":[0,2]}""");
        Entry("with 2^63 elements", "63 bits", """{"dtype":"U8","shape":[4294967296,2147483648],"data_offsets":[0,2]}""");
        Entry("with 2^62 elements of 8 bytes", "63 bits", """{"dtype":"F64","shape":[2147483648,2147483648],"data_offsets":[0,2]}""");
        Entry("empty, but beyond counting", "63 bits", """{"dtype":"U8","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}""");
        Entry("of 33 dimensions", "more than 32", $$"""{"dtype":"U8","shape":[{{string.Join(',', Enumerable.Repeat(1, 33))}}],"data_offsets":[0,1]}""");
        Entry("with too few bytes", "needs 12 bytes", """{"dtype":"F32","shape":[3],"data_offsets":[0,2]}""");
        Entry("with too many bytes", "needs 1 bytes", """{"dtype":"U8","shape":[1],"data_offsets":[0,2]}""");
        Entry("with three offsets", "beginning and an end", """{"dtype":"U8","shape":[2],"data_offsets":[0,1,2]}""");
        Entry("with no offsets", "beginning and an end", """{"dtype":"U8","shape":[2],"data_offsets":[]}""");
        Entry("with offsets turned round", "beginning and an end", """{"dtype":"U8","shape":[2],"data_offsets":[2,0]}""");
        Entry("with negative offsets", "whole numbers", """{"dtype":"U8","shape":[2],"data_offsets":[-2,0]}""");
        Entry("with offsets of 1e30", "whole numbers", """{"dtype":"U8","shape":[2],"data_offsets":[0,1e30]}""");
        Entry("beyond the end", "ends at byte 4", """{"dtype":"U8","shape":[4],"data_offsets":[0,4]}""");
        Entry("far beyond the end", "cut short", """{"dtype":"U8","shape":[4611686018427387904],"data_offsets":[0,4611686018427387904]}""");
        Entry("that leaves the beginning out", "belong to no tensor", """{"dtype":"U8","shape":[1],"data_offsets":[1,2]}""");
        Entry("that leaves the end out", "belong to none", """{"dtype":"U8","shape":[1],"data_offsets":[0,1]}""");
        Layout("overlapping tensors", "overlaps", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""");
        Layout("the same bytes twice", "overlaps", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""");
        Layout("a gap between tensors", "belong to no tensor", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[0],"data_offsets":[2,2]}}""");
        Layout("no tensors but data", "belong to none", "{}");
        foreach (var share in (double[])[0.001, 0.01, 0.5, 0.999])
        {
            all.Add(
                $"safetensors: a real file cut to {share} of its length",
                ("x.safetensors", "cut short", path => Cut(path, ReferenceFiles.Find("base-models", "qwen3", "model.safetensors"), share)));
        }

        void Entry(string name, string cause, string entry) => Layout("a tensor " + name, cause, $$"""{"a":{{entry}}}""");

        void Layout(string name, string cause, string header) =>
            all.Add("safetensors: " + name, ("x.safetensors", cause, path => File.WriteAllBytes(path, RawSafetensors.File(header, 1, 1))));
    }

    private static void AddIndexes(Dictionary<string, (string, string, Action<string>)> all)
    {
        Index("no JSON", "JSON", "weight_map");
        Index("an array", "no object", "[]");
        Index("deep", "depth", "{\"metadata\":" + new string('[', 100_000));
        Index("without a map", "weight_map", "{}");
        Index("map an array", "weight_map", """{"weight_map":[]}""");
        Index("map empty", "no tensors", """{"weight_map":{}}""");
        Index("tensor twice", "twice", """{"weight_map":{"a":"s.safetensors","a":"s.safetensors"}}""");
        Index("shard a number", "no string", """{"weight_map":{"a":1}}""");
        Index("shard null", "no string", """{"weight_map":{"a":null}}""");
        foreach (var escape in (string[])["../s.safetensors", "/etc/passwd", "sub/s.safetensors", "..", ".", "", @"..\\s.safetensors", "C:s.safetensors", "s\\u0000.safetensors"])
            Index($"shard called '{escape}'", "plain name", "{\"weight_map\":{\"a\":\"" + escape + "\"}}");
        Index("shard with a name of 300 characters", "plain name", "{\"weight_map\":{\"a\":\"" + new string('s', 300) + "\"}}");
        Index("shard missing", "not in the folder", """{"weight_map":{"a":"none.safetensors"}}""");
        Index("shard a pickle", "run any code", """{"weight_map":{"a":"pytorch_model-00001-of-00002.bin"}}""");
        Index("tensor not in its shard", "no such tensor", """{"weight_map":{"b":"s.safetensors"}}""");
        Index("shard unsound", "given as 0", """{"weight_map":{"a":"bad.safetensors"}}""");
        Index("250,001 tensors", "more than 250000", "{\"weight_map\":{" + string.Join(',', Enumerable.Range(0, 250_001).Select(i => $"\"{i}\":\"s\"")) + "}}");
        Index("map twice", "twice", """{"weight_map":{"a":"s.safetensors"},"weight_map":{"a":"s.safetensors"}}""");
        Index("two objects", "JSON", """{"weight_map":{"a":"s.safetensors"}}{}""");
        Index("half a surrogate pair", "surrogate", """{"weight_map":{"\ud800":"s.safetensors"}}""");
        all.Add("index: too long", ("model.safetensors.index.json", "at most", path => Sparse(path, 17 << 20, [.. "{"u8])));

        void Index(string name, string cause, string json) =>
            all.Add("index: " + name, ("model.safetensors.index.json", cause, path => WithShards(path, json)));
    }

    private static void AddGguf(Dictionary<string, (string, string, Action<string>)> all)
    {
        Raw("magic alone", "ends within", [.. "GGUF"u8]);
        Raw("version 1", "version 1", new RawGguf { Version = 1 }.ToBytes());
        Raw("version 4", "version 4", new RawGguf { Version = 4 }.ToBytes());
        Raw("version 0", "version 0", new RawGguf { Version = 0 }.ToBytes());
        Raw("big-endian", "big-endian", new RawGguf { Version = 0x03000000 }.ToBytes());
        Raw("cut after the version", "ends within", [.. "GGUF"u8, 3, 0, 0, 0, 1]);
        Raw("2^60 tensors", "1152921504606846976 tensors", new RawGguf { AnnouncedTensors = 1UL << 60 }.ToBytes());
        Raw("2^64 - 1 tensors", "18446744073709551615 tensors", new RawGguf { AnnouncedTensors = ulong.MaxValue }.ToBytes());
        Raw("1,000 tensors in no bytes", "too few", new RawGguf { AnnouncedTensors = 1000 }.ToBytes());
        Raw("2^60 entries", "1152921504606846976 metadata", new RawGguf { AnnouncedEntries = 1UL << 60 }.ToBytes());
        Raw("a thousand entries in no bytes", "too few", new RawGguf { AnnouncedEntries = 1000 }.ToBytes());
        Raw("text of 2^60 bytes", "1152921504606846976 bytes", new RawGguf().Entry("k", 8, BitConverter.GetBytes(1UL << 60)).ToBytes());
        Raw("text of 2^64 - 1 bytes", "18446744073709551615 bytes", new RawGguf().Entry("k", 8, BitConverter.GetBytes(ulong.MaxValue)).ToBytes());
        all.Add("gguf: text of 100 MB that is there", ("x.gguf", "at most", path =>
            Sparse(path, 128 << 20, new RawGguf().Entry("k", 8, BitConverter.GetBytes(100UL << 20)).ToBytes())));
        Raw("key without characters", "0 characters", new RawGguf().Entry("", 1).ToBytes());
        Raw("key of 2,000 characters", "2000 characters", new RawGguf().Entry(new string('k', 2000), 1).ToBytes());
        Raw("text not UTF-8", "not UTF-8", new RawGguf().Entry("k", 8, [2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE]).ToBytes());
        Raw("value of type 13", "type 13", new RawGguf().Entry("k", 13, 0).ToBytes());
        Raw("truth value 2", "neither 0 nor 1", new RawGguf().Entry("k", 7, 2).ToBytes());
        Raw("number cut", "ends within", new RawGguf().Entry("k", 10, 1, 2, 3).ToBytes()[..^25]);
        Raw("key twice", "twice", new RawGguf().Entry("k", 1u).Entry("k", 2u).ToBytes());
        Raw("array of 2^60 bytes", "1152921504606846976 values", new RawGguf().Array("k", 0, 1UL << 60).ToBytes());
        Raw("array of 2^61 numbers", "2305843009213693952 values", new RawGguf().Array("k", 10, 1UL << 61).ToBytes());
        Raw("array of a million texts in no bytes", "too few", new RawGguf().Array("k", 8, 1_000_000).ToBytes());
        Raw("array whose texts are cut", "announced", new RawGguf().Array("k", 8, 2, [1, 0, 0, 0, 0, 0, 0, 0, 65, 99, 0, 0, 0, 0, 0, 0, 0]).ToBytes());
        Raw("array of arrays", "array of arrays", new RawGguf().Array("k", 9, 1, [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]).ToBytes());
        Raw("array of type 77", "type 77", new RawGguf().Array("k", 77, 1, 0).ToBytes());
        all.Add("gguf: a billion empty texts in a sparse file", ("x.gguf", "at most", path =>
            Sparse(path, 8L << 30, new RawGguf().Array("k", 8, 1_000_000_000).ToBytes()[..57])));
        Raw("alignment 0", "no power of two", new RawGguf().Entry("general.alignment", 0u).ToBytes());
        Raw("alignment 3", "no power of two", new RawGguf().Entry("general.alignment", 3u).ToBytes());
        Raw("alignment 2^31", "no power of two", new RawGguf().Entry("general.alignment", 1u << 31).ToBytes());
        Raw("alignment in words", "general.alignment", new RawGguf().Entry("general.alignment", "32").ToBytes());
        foreach (var length in (int[])[5, 20, 100, 500, 820, 12_000])
            all.Add($"gguf: a real file cut to {length} bytes", ("x.gguf", "byte", path => Cut(path, ReferenceFiles.Find("gguf", "every-type.gguf"), length / 22_400.0)));

        void Raw(string name, string cause, byte[] bytes) => all.Add("gguf: " + name, ("x.gguf", cause, path => File.WriteAllBytes(path, bytes)));
    }

    private static void AddGgufTensors(Dictionary<string, (string, string, Action<string>)> all)
    {
        Tensors("name twice", "two tensors", raw => raw.Tensor("t", [1], 1).Tensor("t", [1], 1));
        Tensors("without a name", "0 characters", raw => raw.Tensor("", [1], 1));
        Tensors("of 5 dimensions", "5 dimensions", raw => raw.Tensor("t", 0, [1, 1, 1, 1, 1], new byte[4]));
        Tensors("with a dimension of 2^63", "63 bits", raw => raw.Tensor("t", 0, [1UL << 63], new byte[4]));
        Tensors("with 2^64 elements", "63 bits", raw => raw.Tensor("t", 0, [1UL << 32, 1UL << 32], new byte[4]));
        Tensors("with 2^62 elements of 4 bytes", "63 bits", raw => raw.Tensor("t", 0, [1UL << 31, 1UL << 31], new byte[4]));
        Tensors("empty, but beyond counting", "63 bits", raw => raw.Tensor("t", 0, [1UL << 62, 0, 4], []));
        Tensors("that is no whole number of blocks", "block of Q4_K", raw => raw.Tensor("t", 12, [8, 32], new byte[144]));
        Tensors("that begins off the grid", "multiple of 32", raw => raw.Tensor("t", 0, [1], new byte[4], 8));
        Tensors("that begins beyond the end", "cut short", raw => raw.Tensor("t", 0, [1], new byte[4], 1 << 20));
        Tensors("that begins at 2^63", "multiple of 32", raw => raw.Tensor("t", 0, [1], new byte[4], 1UL << 63));
        Tensors("of an unknown type beyond the end", "cut short", raw => raw.Tensor("t", 99, [1], new byte[4], 1 << 20));
        Tensors("longer than the file", "cut short", raw => raw.Tensor("t", 0, [1 << 20, 1 << 20], new byte[4]));
        Tensors("over another", "overlap", raw => raw.Tensor("t", 0, [16], new byte[64]).Tensor("u", 0, [8], new byte[32], 32));

        void Tensors(string name, string cause, Func<RawGguf, RawGguf> make) =>
            all.Add("gguf: a tensor " + name, ("x.gguf", cause, path => File.WriteAllBytes(path, make(new RawGguf()).ToBytes())));
    }

    private static void AddJson(Dictionary<string, (string, string, Action<string>)> all)
    {
        foreach (var fileName in (string[])["config.json", "adapter_config.json"])
        {
            Text(fileName, "empty", "empty", "");
            Text(fileName, "no JSON", "JSON", "<html>");
            Text(fileName, "an array", "no object", "[1]");
            Text(fileName, "cut", "JSON", """{"a": """);
            Text(fileName, "deep", "depth", "{\"a\":" + new string('[', 100_000));
            Text(fileName, "deep but balanced", "depth", "{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}");
            Text(fileName, "key twice", "line 2", "{\"r\":1,\n\"r\":2}");
            Text(fileName, "key twice, once escaped", "twice", "{\"r\":1,\"\\u0072\":2}");
            Text(fileName, "key twice within", "twice", "{\"a\":[{\"b\":1,\"b\":1}]}");
            Text(fileName, "half a surrogate pair", "surrogate", "{\"a\":\"\\udc00\"}");
            Text(fileName, "trailing comma", "JSON", "{\"a\":1,}");
            Text(fileName, "two objects", "JSON", "{}{}");
            Text(fileName, "a million numbers", "more than 100000", $$"""{"a":[{{string.Join(',', Enumerable.Repeat(0, 1_000_000))}}]}""");
            all.Add($"{fileName}: not UTF-8", (fileName, "not UTF-8", path => File.WriteAllBytes(path, [.. "{\"a\":\""u8, 0xC0, 0x80, .. "\"}"u8])));
            all.Add($"{fileName}: too long", (fileName, "at most", path => Sparse(path, 11_000_000, [.. "{"u8])));
        }

        Text("tokenizer.json", "deep", "depth", "{\"a\":" + new string('[', 100_000));
        Text("tokenizer.json", "an array", "no object", "[]");
        Text("tokenizer.json", "cut", "JSON", """{"model":{"vocab":{"a":0""");
        Text("tokenizer.model", "text", "SentencePiece", "hello");

        void Text(string fileName, string name, string cause, string text) =>
            all.Add($"{fileName}: {name}", (fileName, cause, path => File.WriteAllText(path, text)));
    }

    private static void AddForeign(Dictionary<string, (string, string, Action<string>)> all)
    {
        foreach (var fileName in (string[])["pytorch_model.bin", "icae.pt", "weights.pth", "last.ckpt", "data.pkl"])
            all.Add($"pickle: {fileName}", (fileName, "run any code", path => File.WriteAllBytes(path, [1, 2, 3, 4])));
        all.Add("pickle: by its protocol byte", ("model.safetensors", "run any code", path => File.WriteAllBytes(path, [0x80, 2, .. "}q\0."u8])));
        all.Add("pickle: as torch.save packs it", ("model.safetensors", "run any code", path => Zip(path, "archive/data.pkl", 100)));
        all.Add("zip bomb", ("model.safetensors", "zip archive", path => Zip(path, "model.safetensors", 20 << 20)));
        all.Add("web page", ("model.safetensors", "no safetensors file", path => File.WriteAllText(path, "<!DOCTYPE html><html><body>404</body></html>")));
        all.Add("pointer of git-lfs", ("model.safetensors", "no safetensors file", path =>
            File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")));
        all.Add("text", ("notes.txt", "that this library knows", path => File.WriteAllText(path, "hello")));
        all.Add("missing", ("none.safetensors", "no such file", _ => { }));
        all.Add("folder without weights", ("folder", "no weights", path => Directory.CreateDirectory(path)));
        all.Add("folder with pickles alone", ("folder", "run any code", path => Folder(path, "pytorch_model.bin")));
        all.Add("folder with two models", ("folder", "2 files", path => Folder(path, "a.gguf", "b.gguf")));
    }

    private static void WithShards(string path, string json)
    {
        var folder = Path.GetDirectoryName(path)!;
        File.WriteAllBytes(Path.Combine(folder, "s.safetensors"), RawSafetensors.File(Sound, 1, 2));
        File.WriteAllBytes(Path.Combine(folder, "bad.safetensors"), new byte[16]);
        File.WriteAllText(path, json);
    }

    private static void Folder(string path, params string[] fileNames)
    {
        Directory.CreateDirectory(path);
        foreach (var fileName in fileNames)
            File.WriteAllText(Path.Combine(path, fileName), "x");
    }

    private static void Zip(string path, string entry, int length)
    {
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        using var stream = archive.CreateEntry(entry).Open();
        stream.Write(new byte[length]);
    }

    private static void Sparse(string path, long length, byte[] start)
    {
        using var stream = File.Create(path);
        stream.Write(start);
        stream.SetLength(length);
    }

    private static void Cut(string path, string original, double share)
    {
        var bytes = File.ReadAllBytes(original);
        File.WriteAllBytes(path, bytes[..(int)(bytes.Length * share)]);
    }
}
