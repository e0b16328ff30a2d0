using System.Globalization;
using System.Security.Cryptography;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class PassagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DataSplit.Validation, 96, "The Railway Children|Treasure Island")]
    [InlineData(DataSplit.Test, 216, "On Liberty|The Call of the Wild|The Secret Adversary|The Wind in the Willows")]
    public void The_repository_carries_passages(DataSplit split, int count, string books)
    {
        var passages = Passages.Load(split);

        Assert.Equal(count, passages.Count);
        Assert.Equal(count, passages.Select(p => p.Id).Distinct().Count());
        Assert.Equal(count, passages.Select(p => p.Text).Distinct().Count());
        Assert.Equal(books, string.Join('|', passages.Select(p => p.Book).Distinct().Order()));
        Assert.All(passages.CountBy(p => p.Book!), book => Assert.Equal(count / books.Split('|').Length, book.Value));
        Assert.All(passages, p =>
        {
            Assert.InRange(p.Text!.Length, 1000, 1400);
            Assert.Equal(("ordinary", "CC0-1.0"), (p.Kind, p.Licence));
            Assert.Matches("^github.com/standardebooks/[a-z0-9_-]+@[0-9a-f]{40}$", p.Source);
            Assert.False(string.IsNullOrEmpty(p.Author));
            Assert.True(p.Chapter > 0);
        });
    }

    [Fact]
    public void The_card_names_the_files_as_they_are()
    {
        var folder = DatasetFolder.Find("passages");
        var card = File.ReadAllText(Path.Combine(folder, "README.md"));
        foreach (var split in new[] { DataSplit.Validation, DataSplit.Test })
        {
            var name = $"{split.ToString().ToLowerInvariant()}.jsonl";
            var bytes = File.ReadAllBytes(Path.Combine(folder, name));
            var row = string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {Passages.Load(split).Count} | {bytes.Length} | {Convert.ToHexStringLower(SHA256.HashData(bytes))} |");
            Assert.Contains(row, card, StringComparison.Ordinal);
        }
        Assert.InRange(new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length), 1, 500_000);
    }

    [Fact]
    public void No_book_is_in_both_splits()
    {
        Assert.Empty(Passages.Load(DataSplit.Validation).Select(p => p.Book).Intersect(Passages.Load(DataSplit.Test).Select(p => p.Book)));
        Assert.Throws<ConfigurationException>(() => Passages.Load(DataSplit.Train));
    }

    [Fact]
    public void Data_sets_are_looked_for_upwards_from_several_places()
    {
        var deep = Directory.CreateDirectory(_folder.File("one/a/b/c")).FullName;
        var data = Directory.CreateDirectory(_folder.File("one/datasets/x")).FullName;
        var empty = Directory.CreateDirectory(_folder.File("two")).FullName;
        var named = Directory.CreateDirectory(_folder.File("named/x")).Parent!.FullName;

        Assert.Equal(data, DatasetFolder.Find("x", null, deep));
        Assert.Equal(data, DatasetFolder.Find("x", "", empty, deep));
        Assert.Equal(Path.Combine(named, "x"), DatasetFolder.Find("x", named, deep));
        var absent = Assert.Throws<IcaeException>(() => DatasetFolder.Find("y", null, deep, empty));
        Assert.Contains(deep, absent.Message, StringComparison.Ordinal);
        Assert.Contains("ICAE_DATASETS", Assert.Throws<IcaeException>(() => DatasetFolder.Find("y", named, deep)).Message, StringComparison.Ordinal);
    }
}
