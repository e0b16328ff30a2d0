using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using ICAE.Lab.Build;

namespace ICAE.Lab.Tests.Build;

public sealed class TorchLibraryPatchTests
{
    [Fact]
    public void The_symbol_gets_the_older_name_and_version_and_the_newer_version_may_be_missing()
    {
        var original = new SmallLibrary().ToImage();
        var image = (byte[])original.Clone();

        Assert.Equal(TorchLibraryState.Patched, TorchLibraryPatch.Apply(image, out _));

        var name = original.AsSpan().IndexOf(Encoding.ASCII.GetBytes(SmallLibrary.Initialiser));
        var newName = Encoding.ASCII.GetBytes("_ZNSt8ios_base4InitC1Ev".PadRight(SmallLibrary.Initialiser.Length + 1, '\0'));
        Assert.Equal(newName, image[name..(name + newName.Length)]);

        var oldest = BinaryPrimitives.ReadUInt16LittleEndian(original.AsSpan(SmallLibrary.VersionSymbolsAt + 4));
        Assert.Equal(oldest, BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(SmallLibrary.VersionSymbolsAt + 2)));

        var changed = Enumerable.Range(0, image.Length).Where(i => image[i] != original[i]).ToArray();
        var elsewhere = changed.Where(i => (i < name || i >= name + newName.Length) && i != SmallLibrary.VersionSymbolsAt + 2).ToArray();
        var flag = Assert.Single(elsewhere);
        Assert.Equal((0, 2), (original[flag], image[flag]));
    }

    [Fact]
    public void A_second_patch_changes_nothing()
    {
        var image = new SmallLibrary().ToImage();
        TorchLibraryPatch.Apply(image, out _);
        var once = (byte[])image.Clone();

        Assert.Equal(TorchLibraryState.NothingToDo, TorchLibraryPatch.Apply(image, out _));
        Assert.Equal(once, image);
    }

    [Fact]
    public void A_library_that_does_not_ask_for_the_version_is_left_alone()
    {
        var library = new SmallLibrary();
        library.Versions[0] = "GLIBCXX_3.4.30";
        library.Symbols[0] = (library.Symbols[0].Name, "GLIBCXX_3.4.30");

        AssertLeftAlone(TorchLibraryState.NothingToDo, library.ToImage(), "it does not ask for GLIBCXX_3.4.32");
    }

    [Fact]
    public void A_library_with_another_symbol_of_that_version_is_left_alone()
    {
        var library = new SmallLibrary();
        library.Symbols.Add(("_ZNSt6thread4joinEv", "GLIBCXX_3.4.32"));
        AssertLeftAlone(TorchLibraryState.NotRecognised, library.ToImage(), "2 symbols ask for GLIBCXX_3.4.32");

        library = new SmallLibrary();
        library.Symbols[0] = ("_ZNSt6thread4joinEv", "GLIBCXX_3.4.32");
        AssertLeftAlone(TorchLibraryState.NotRecognised, library.ToImage(), "'_ZNSt6thread4joinEv'");
    }

    [Fact]
    public void A_library_that_lacks_the_oldest_version_is_left_alone()
    {
        var library = new SmallLibrary();
        library.Versions.RemoveAt(1);
        library.Symbols.RemoveAt(1);

        AssertLeftAlone(TorchLibraryState.NotRecognised, library.ToImage(), "it does not ask for GLIBCXX_3.4");
    }

    [Fact]
    public void A_library_that_defines_the_symbol_is_left_alone() =>
        AssertLeftAlone(TorchLibraryState.NotRecognised, new SmallLibrary { DefinedIn = 1 }.ToImage(), "defined in the library itself");

    [Theory]
    [InlineData(4)]
    [InlineData(28)]
    public void A_name_that_another_symbol_ends_in_is_left_alone(int offset) =>
        AssertLeftAlone(TorchLibraryState.NotRecognised, new SmallLibrary { SharedNameOffset = offset }.ToImage(), "part of another name");

    [Theory]
    [InlineData(4, 1, "no 64-bit little-endian ELF file")]
    [InlineData(5, 2, "no 64-bit little-endian ELF file")]
    [InlineData(18, 183, "not made for x86-64")]
    [InlineData(58, 40, "section headers have an unknown size")]
    public void Another_kind_of_file_is_left_alone(int offset, byte value, string reason)
    {
        var image = new SmallLibrary().ToImage();
        image[offset] = value;

        AssertLeftAlone(TorchLibraryState.NotRecognised, image, reason);
    }

    [Fact]
    public void A_library_cut_anywhere_is_left_alone()
    {
        var whole = new SmallLibrary().ToImage();
        for (var length = 0; length < whole.Length; length++)
            AssertLeftAlone(TorchLibraryState.NotRecognised, whole[..length], "");
    }

    [Property(MaxTest = 2_000)]
    public void Damage_is_never_an_exception(ushort offset, byte value, ushort otherOffset, byte otherValue)
    {
        var image = new SmallLibrary().ToImage();
        image[offset % image.Length] = value;
        image[otherOffset % image.Length] = otherValue;
        var damaged = (byte[])image.Clone();

        if (TorchLibraryPatch.Apply(image, out _) != TorchLibraryState.Patched)
            Assert.Equal(damaged, image);
    }

    [SkippableFact]
    public void The_library_beside_these_tests_asks_for_nothing_that_this_machine_lacks()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists(library), "TorchSharp's library for Linux is not in use here.");
        var lacking = SystemCppLibrary.Find(Environment.GetEnvironmentVariable("LD_LIBRARY_PATH"), "/etc/ld.so.cache")
            .Any(system => !SystemCppLibrary.Has(system, TorchLibraryPatch.MissingVersion));

        var state = TorchLibraryPatch.Apply(File.ReadAllBytes(library), out var explanation);

        Assert.Equal(lacking ? TorchLibraryState.NothingToDo : TorchLibraryState.Patched, state);
        Assert.Equal(lacking, explanation == "it was patched before");
    }

    private static void AssertLeftAlone(TorchLibraryState expected, byte[] image, string reason)
    {
        var before = (byte[])image.Clone();

        Assert.Equal(expected, TorchLibraryPatch.Apply(image, out var explanation));
        Assert.Contains(reason, explanation, StringComparison.Ordinal);
        Assert.Equal(before, image);
    }
}
