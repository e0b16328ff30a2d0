using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Objectives;

namespace ICAE.Lab.Training;

/// <summary>Draws batches of instruction examples, each once an epoch, in an order of its own for every epoch.</summary>
internal sealed class InstructionBatches
{
    private readonly InstructionSettings _settings;
    private readonly IcaeConfig _config;
    private readonly TokenShard _shard;
    private readonly ExampleBuilder _builder;
    private readonly ulong _seed;
    private readonly int _count;
    private readonly uint _stream = CounterRandom.StreamOf("instructions");

    public InstructionBatches(InstructionSettings settings, IcaeConfig config, TokenShard shard, int vocabulary, int eos, ulong seed, long cursor = 0)
    {
        _settings = settings.Validate();
        _config = config;
        _shard = shard;
        _seed = seed;
        _count = InstructionShard.Count(shard);
        _builder = new ExampleBuilder(config, vocabulary, eos, new ExampleSettings { MaxLength = settings.LongestText });
        Cursor = cursor;
        RequireRoom();
    }

    /// <summary>Examples taken so far.</summary>
    public long Cursor { get; private set; }

    /// <summary>The next batch.</summary>
    public List<IcaeExample> Draw() => [.. Enumerable.Range(0, _settings.Batch).Select(_ => Example(Next()))];

    /// <summary>The same examples for every evaluation: the first of the shard.</summary>
    public List<IcaeExample> First(int count) => [.. Enumerable.Range(0, Math.Min(count, _count)).Select(Example)];

    /// <summary>The prompt and the answer of an example.</summary>
    public (int[] Prompt, int[] Answer) Exchange(int example)
    {
        var (_, prompt, answer) = InstructionShard.Read(_shard, example);
        return (prompt, answer);
    }

    private int Next()
    {
        var order = new KeyedPermutation(_count, _seed, _stream, (ulong)(Cursor / _count));
        return (int)order[Cursor++ % _count];
    }

    private IcaeExample Example(int number)
    {
        var (text, prompt, answer) = InstructionShard.Read(_shard, number);
        return _builder.Instruction(text, prompt, answer, _settings.Layout);
    }

    /// <summary>What does not fit must show now, not in the middle of the run.</summary>
    private void RequireRoom()
    {
        var longest = 1L;
        for (var example = 0; example < _count; example++)
        {
            var (text, prompt, answer) = InstructionShard.Lengths(_shard, example);
            longest = Math.Max(longest, Math.Min(text, _settings.LongestText));
            if (_settings.Layout.AnswerEnd is { } end && InstructionShard.Read(_shard, example).Answer.Contains(end))
                throw new ConfigurationException($"{_shard.Path}: the answer {example + 1} contains what ends an answer in this layout (id {end}), so it would be cut there; leave such answers out, or choose another layout.");

            if (prompt + answer > _settings.LongestExchange)
                throw new ConfigurationException($"{_shard.Path}: prompt and answer {example + 1} have {prompt + answer} tokens together, and LongestExchange is {_settings.LongestExchange}.");
        }

        SpanPlan.For(_config, (int)longest).TaskPosition(_config);
    }
}
