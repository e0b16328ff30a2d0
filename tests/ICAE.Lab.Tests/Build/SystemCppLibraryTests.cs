using System.Text;
using ICAE.Lab.Build;

namespace ICAE.Lab.Tests.Build;

public sealed class SystemCppLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("icae-cpp-").FullName;

    [Fact]
    public void The_first_library_for_this_processor_on_the_path_comes_first()
    {
        Write("empty/other.so", machine: 62);
        Write("arm/libstdc++.so.6", machine: 183);
        var first = Write("first/libstdc++.so.6", machine: 62);
        Write("second/libstdc++.so.6", machine: 62);

        var path = string.Join(':', new[] { "", "empty", "missing", "arm", "first", "second" }.Select(name => name.Length == 0 ? "" : Path.Combine(_folder, name)));

        Assert.Equal(first, SystemCppLibrary.Find(path, Path.Combine(_folder, "no-cache"))[0]);
    }

    [Fact]
    public void The_loaders_cache_is_asked_before_the_usual_folders()
    {
        Write("arm/libstdc++.so.6", machine: 183);
        var cached = Write("cached/libstdc++.so.6", machine: 62);
        var cache = Path.Combine(_folder, "ld.so.cache");
        File.WriteAllText(cache, $"glibc-ld.so.cache1.1\u0001libstdc++.so.6\0{_folder}/arm/libstdc++.so.6\0libm.so.6\0{cached}\0/lib/libz.so.1\0");

        Assert.Equal([cached], SystemCppLibrary.Find(null, cache));
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.30\0GLIBCXX_3.4.32\0", true)]
    [InlineData("GLIBCXX_3.4.30\0GLIBCXX_3.4.321\0", false)]
    [InlineData("GLIBCXX_3.4.30\0XGLIBCXX_3.4.32\0", false)]
    [InlineData("GLIBCXX_3.4.30\0GLIBCXX_3.4.3", false)]
    public void A_version_counts_only_as_a_whole_name(string names, bool expected)
    {
        var path = Path.Combine(_folder, "libstdc++.so.6");
        File.WriteAllBytes(path, Encoding.ASCII.GetBytes("\0\0" + names));

        Assert.Equal(expected, SystemCppLibrary.Has(path, TorchLibraryPatch.MissingVersion));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte machine)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var head = new byte[64];
        new byte[] { 0x7f, 0x45, 0x4c, 0x46, 2, 1, 1 }.CopyTo(head, 0);
        head[18] = machine;
        File.WriteAllBytes(path, head);
        return path;
    }
}
