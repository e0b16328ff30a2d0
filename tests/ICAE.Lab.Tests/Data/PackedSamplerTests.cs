using FsCheck.Xunit;
using ICAE.Lab.Data;

namespace ICAE.Lab.Tests.Data;

public sealed class PackedSamplerTests : IDisposable
{
    private const int End = 999;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 60)]
    public bool An_epoch_reads_every_token_and_every_end_once_but_for_what_is_left_over(byte[] lengths, byte length, ulong seed)
    {
        using var shard = Shard([.. lengths.Select(l => (int)l)]);
        var sampler = new PackedSampler(shard, End, seed);
        var tokens = length + 1;
        var ring = lengths.Sum(l => l) + lengths.Count(l => l > 0);
        var rows = sampler.RowsPerEpoch(tokens);
        var row = new int[tokens];
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var seen = new Dictionary<int, int>();
            for (var i = 0; i < rows; i++)
            {
                sampler.Read((epoch * rows) + i, row);
                foreach (var id in row)
                    seen[id] = seen.GetValueOrDefault(id) + 1;
            }

            // Text number t consists of its number alone.
            if (seen.Any(entry => entry.Value > (entry.Key == End ? lengths.Count(l => l > 0) : lengths[entry.Key])) || seen.Values.Sum() != ring / tokens * tokens)
                return false;
        }

        return rows == ring / tokens;
    }

    [Fact]
    public void A_row_longer_than_a_text_holds_several()
    {
        using var shard = Shard(2, 3, 1);
        var row = new int[9];

        new PackedSampler(shard, End, 5).Read(0, row);

        Assert.Equal([0, 0, 1, 1, 1, 2, End, End, End], row.Order());
        var doubled = row.Concat(row).ToArray();
        foreach (var (text, length) in new[] { (0, 2), (1, 3), (2, 1) })
            Assert.Contains(Enumerable.Range(0, 9), i => doubled.AsSpan(i, length).SequenceEqual(Enumerable.Repeat(text, length).ToArray()) && doubled[i + length] == End);
    }

    [Fact]
    public void Epochs_differ_in_the_order_of_texts_and_reading_again_gives_the_same()
    {
        using var shard = Shard([.. Enumerable.Repeat(1, 40)]);
        var sampler = new PackedSampler(shard, End, 1);
        var (first, second, again) = (new int[80], new int[80], new int[80]);

        sampler.Read(0, first);
        sampler.Read(1, second);
        sampler.Read(0, again);

        Assert.Equal(first, again);
        Assert.NotEqual(first.Where(id => id != End), second.Where(id => id != End));
    }

    [Fact]
    public void What_cannot_be_read_is_refused()
    {
        using var shard = Shard(2, 0);
        using var empty = Shard(0);
        var sampler = new PackedSampler(shard, End, 1);

        Assert.Equal(0, sampler.RowsPerEpoch(4));
        Assert.Contains("3 tokens, fewer than the 4", Assert.Throws<ConfigurationException>(() => sampler.Read(0, new int[4])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Read(-1, new int[1]));
        Assert.Contains("0 tokens", Assert.Throws<ConfigurationException>(() => new PackedSampler(empty, End, 1).Require(1)).Message, StringComparison.Ordinal);
        Assert.Contains("1000", Assert.Throws<ConfigurationException>(() => new PackedSampler(shard, 1000, 1)).Message, StringComparison.Ordinal);
    }

    private TokenShard Shard(params int[] lengths)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.shard");
        using (var writer = new TokenShardWriter(path, 1000, new string('0', 64)))
        {
            for (var text = 0; text < lengths.Length; text++)
            {
                writer.BeginDocument("d");
                writer.Append(Enumerable.Repeat(text, lengths[text]).ToArray());
            }
            writer.Complete();
        }
        return TokenShard.Open(path);
    }
}
