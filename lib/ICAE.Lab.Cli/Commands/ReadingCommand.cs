using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;

namespace ICAE.Lab.Cli.Commands;

/// <summary>A command that reads a memory file and writes a text: as it comes on the output, and what it took beside it.</summary>
internal abstract class ReadingCommand : IcaeCommand
{
    private readonly Argument<string> _memory = new("MEMORY") { Description = "A memory file that 'icae compress' wrote." };

    private readonly Option<int[]> _without = new("--without")
    {
        Description = "Slots to hide from the decoder, from 0; the others keep their places.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "SLOTS",
    };

    private readonly GenerationOptions _generation;
    private readonly AutoencoderOptions _autoencoder;

    protected ReadingCommand(string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        Add(_memory);
        Add(_without);
        _generation = new GenerationOptions(this);
        _autoencoder = new AutoencoderOptions(this);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        using var stored = Memory.Load(invocation.Arguments.GetRequiredValue(_memory));
        using var memory = Hide(stored, invocation.Arguments.GetValue(_without) ?? []);
        using var loaded = _autoencoder.Load(invocation, memory);
        SmallModels.FitThreads(loaded.Model.Base, _autoencoder.Threads(invocation));
        var settings = _generation.Apply(loaded.Model.DefaultGeneration, invocation, _autoencoder.Seed(invocation));
        var watch = Stopwatch.StartNew();
        var terminal = invocation.Terminal;
        var (text, ids, end) = Read(loaded.Model, memory, settings, terminal.IsJson ? static _ => { } : terminal.Output.Write, invocation);
        var seconds = watch.Elapsed.TotalSeconds;
        if (terminal.IsJson)
        {
            terminal.WriteJson(new JsonObject
            {
                ["text"] = text,
                ["ids"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]),
                ["ended"] = end == GenerationEnd.EndOfText ? "end_of_text" : "length",
                ["text_tokens"] = memory.TextLength,
                ["slots"] = memory.SlotCount,
                ["hidden_slots"] = new JsonArray([.. memory.HiddenSlots.Select(slot => (JsonNode)slot)]),
                ["tokens_per_slot"] = memory.Ratio,
                ["model"] = loaded.Describe(),
                ["seconds"] = Math.Round(seconds, 3),
                ["ok"] = true,
            });
            return Task.FromResult(ExitCodes.Ok);
        }

        terminal.Output.WriteLine();
        terminal.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ids.Count} tokens from {memory}; {(end == GenerationEnd.EndOfText ? "ended by itself" : "ended by the largest number of tokens")}; {loaded.Model.Name} on {loaded.Model.Base.Name}, {seconds:F2} s"));
        return Task.FromResult(ExitCodes.Ok);
    }

    /// <summary>Adds the option that limits how much is written.</summary>
    /// <param name="usual">Without it.</param>
    /// <returns>The option.</returns>
    protected Option<int> AddTokens(int usual)
    {
        var option = new Option<int>("--tokens") { Description = "The largest number of new tokens.", DefaultValueFactory = _ => usual, HelpName = "N" };
        Add(option);
        Validators.Add(result =>
        {
            if (result.IsGiven(option) && result.GetValue(option) is < 1 and var tokens)
                result.AddError($"--tokens: {tokens} is not at least 1.");
        });
        return option;
    }

    /// <summary>Writes the text.</summary>
    /// <param name="model">The autoencoder.</param>
    /// <param name="memory">The memory.</param>
    /// <param name="settings">How tokens are chosen.</param>
    /// <param name="onText">Told new text as it comes.</param>
    /// <param name="invocation">What was given.</param>
    protected abstract (string Text, IReadOnlyList<int> Ids, GenerationEnd End) Read(
        IcaeModel model, Memory memory, GenerationSettings settings, Action<string> onText, Invocation invocation);

    private static Memory Hide(Memory memory, int[] slots)
    {
        foreach (var slot in slots.Where(slot => slot < 0 || slot >= memory.SlotCount))
            throw new UsageException($"--without {slot}: the memory has the slots 0 to {memory.SlotCount - 1}.");

        return memory.Without(slots);
    }
}
