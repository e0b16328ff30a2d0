using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments;
using ICAE.Lab.Experiments.AnswerEvaluation;
using ICAE.Lab.Models;
using ICAE.Lab.Objectives;
using ICAE.Lab.Tests.Autoencoder;
using ICAE.Lab.Tests.Models;
using ICAE.Lab.Tests.Tokens;
using static TorchSharp.torch;

namespace ICAE.Lab.Tests.Experiments.AnswerEvaluation;

[Collection("torch")]
public sealed class AnswerEvaluatorTests
{
    private static readonly AnswerSettings Settings = new() { BatchSize = 2, Resamples = 20 };

    private static readonly InstructionExample[] Examples =
    [
        new("It was a bright cold day.", "What day?", "cold") { Kind = "what" },
        new("It was a bright cold day.", "Was it bright?", "it was") { Kind = "true" },
        new("The clocks were striking thirteen.", "What were the clocks striking?", "thirteen") { Kind = "what" },
        new("In April, day and clocks.", "When?", "in April") { Kind = "when" },
    ];

    [Theory]
    [InlineData(SlotLayout.Embeddings)]
    [InlineData(SlotLayout.KeysAndValues)]
    public void Losses_behind_slots_are_those_of_the_objective_of_training(SlotLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var around = new InstructionLayout([7, 9], [11], 5);
        using var model = TinyModel.Create(TinyIcae.Config with { Layout = layout }, new IcaeUsage { Instruction = around });

        var result = AnswerEvaluator.Run(model, Examples, Settings);

        var builder = new ExampleBuilder(model.Config, TinyBase.Vocabulary, 0, new ExampleSettings());
        var losses = Examples.Select(example =>
        {
            var built = builder.Instruction(Ids(model, example.Input), Ids(model, example.Prompt), Ids(model, example.Answer), around);
            return Mean(IcaeObjective.Compute(model.Core, [built], withAccuracy: true), Ids(model, example.Answer).Length);
        }).ToArray();
        Assert.True(result.IsTrainedToAnswer);
        Assert.Equal(losses.Average(), result.All.Scores[ContextCondition.Memory].Loss.Estimate, 1e-4);
        Assert.Equal([("what", 2), ("true", 1), ("when", 1)], result.Kinds.Select(kind => (kind.Kind!, kind.Count)));
        Assert.Equal((losses[0] + losses[2]) / 2, result.Kinds[0].Scores[ContextCondition.Memory].Loss.Estimate, 1e-4);
        Assert.NotEqual(result.All.Scores[ContextCondition.Memory].Loss.Estimate, result.All.Scores[ContextCondition.OtherMemory].Loss.Estimate, 1e-4);
        Assert.Equal((0, 3), (result.Skipped, result.Texts));
        Assert.Equal(
            Examples.Select(example => example.Input).Distinct().Sum(text => Ids(model, text).Length) / (double)Examples.Select(example => example.Input).Distinct().Sum(text => model.Plan(Ids(model, text).Length).SlotCount),
            result.TokensPerSlot, 1e-9);
    }

    [Fact]
    public void An_answer_is_exact_where_greedy_decoding_writes_it_and_ends()
    {
        var text = Examples[0].Input;
        using var model = TinyModel.Create(usage: new IcaeUsage { Instruction = InstructionLayout.Version1 });
        using var memory = model.Compress(text);
        var written = model.Ask(memory, "What day?", tokens: 4, settings: new GenerationSettings { EosIds = [] }).Ids;
        var answer = model.Decode([.. written.Take(3)]);
        Assert.Equal(written.Take(3), Ids(model, answer));
        Assert.DoesNotContain(written[3], written.Take(3));
        using var ending = TinyModel.Create(usage: new IcaeUsage { Instruction = InstructionLayout.Version1, EosId = written[3] });

        Assert.Equal(1, Exact(ending, answer));

        // A layout's own end ends an answer as the end of a text does.
        using var lines = TinyModel.Create(usage: new IcaeUsage { Instruction = new InstructionLayout([], null, written[3]) });
        Assert.Equal(1, Exact(lines, answer));
        using var asked = lines.Compress(text);
        Assert.Equal((answer, GenerationEnd.EndOfText), (lines.Ask(asked, "What day?").Text, lines.Ask(asked, "What day?").End));
        Assert.Equal(0, Exact(ending, model.Decode([.. written.Take(2)])));
        Assert.Equal(0, Exact(ending, answer + "a"));
        Assert.Equal(0, Exact(model, answer));

        double Exact(IcaeModel asked, string expected)
        {
            var scores = AnswerEvaluator.Run(asked, [new InstructionExample(text, "What day?", expected)], Settings).All.Scores;
            Assert.DoesNotContain(ContextCondition.OtherMemory, scores.Keys);
            return scores[ContextCondition.Memory].Exact.Estimate;
        }
    }

    [Fact]
    public void The_other_memory_is_that_of_another_text_however_many_questions_a_text_has()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = TinyModel.Create(usage: new IcaeUsage { Instruction = InstructionLayout.Version1 });
        InstructionExample[] examples = [.. Enumerable.Range(0, 3).Select(i => Examples[0] with { Prompt = $"What {i}?" }), Examples[2]];

        var result = AnswerEvaluator.Run(model, examples, Settings);

        var builder = new ExampleBuilder(model.Config, TinyBase.Vocabulary, 0, new ExampleSettings());
        var losses = examples.Select((example, i) =>
        {
            var other = examples[i < 3 ? 3 : 0].Input;
            var built = builder.Instruction(Ids(model, other), Ids(model, example.Prompt), Ids(model, example.Answer), InstructionLayout.Version1);
            return Mean(IcaeObjective.Compute(model.Core, [built], withAccuracy: true), Ids(model, example.Answer).Length);
        }).ToArray();
        Assert.Equal(losses.Average(), result.All.Scores[ContextCondition.OtherMemory].Loss.Estimate, 1e-4);
    }

    [Fact]
    public void Intervals_take_the_questions_about_one_text_together()
    {
        using var model = TinyModel.Create();
        InstructionExample[] examples = [.. Enumerable.Range(0, 40).Select(i => Examples[i % 2 == 0 ? 0 : 2] with { Prompt = "What?", Answer = i % 2 == 0 ? "cold" : "thirteen" })];

        var loss = AnswerEvaluator.Run(model, examples, Settings with { Resamples = 200 }).All.Scores[ContextCondition.NoContext].Loss;

        // Of two texts a resample has the one, the other or both: an interval over single questions would be narrower.
        var values = examples.Take(2).Select(example => AnswerEvaluator.Run(model, [example], Settings).All.Scores[ContextCondition.NoContext].Loss.Estimate).Order().ToArray();
        Assert.Equal(values[0], loss.Low, 1e-5);
        Assert.Equal(values[1], loss.High, 1e-5);
    }

    [Fact]
    public void Where_all_questions_are_about_one_text_intervals_speak_of_other_questions()
    {
        using var model = TinyModel.Create();
        InstructionExample[] examples = [.. Enumerable.Range(0, 12).Select(i => Examples[0] with { Answer = i % 2 == 0 ? "cold" : "thirteen" })];

        var loss = AnswerEvaluator.Run(model, examples, Settings with { Resamples = 200 }).All.Scores[ContextCondition.Memory].Loss;

        Assert.True(loss.Low < loss.Estimate && loss.Estimate < loss.High, $"{loss}");
        Assert.Equal(12, loss.Units);
    }

    [Fact]
    public void An_answer_that_contains_what_ends_one_cannot_be_asked_for()
    {
        using var model = TinyModel.Create();
        var end = Ids(model, Examples[0].Answer)[0];

        var result = AnswerEvaluator.Run(model, [Examples[0], Examples[2]], Settings with { Layout = new InstructionLayout([], null, end) });

        Assert.Equal((1, 1), (result.All.Count, result.Skipped));
    }

    [Fact]
    public void Without_slots_the_base_reads_lines()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = TinyModel.Create();

        var result = AnswerEvaluator.Run(model, Examples, Settings);

        Assert.False(result.IsTrainedToAnswer);
        Assert.Equal(
            Examples.Select(example => Loss(model, $"{example.Input}\n{example.Prompt}\n", example.Answer)).Average(), result.All.Scores[ContextCondition.TextInContext].Loss.Estimate, 1e-4);
        Assert.Equal(Examples.Select(example => Loss(model, $"{example.Prompt}\n", example.Answer)).Average(), result.All.Scores[ContextCondition.NoContext].Loss.Estimate, 1e-4);
    }

    [Fact]
    public void Batches_and_what_is_skipped_change_no_number()
    {
        using var model = TinyModel.Create();
        var reports = new List<(int Done, int Total)>();
        InstructionExample[] mixed = [.. Examples[..2], new(string.Concat(Enumerable.Repeat("the clocks ", 60)), "What?", "clocks"), .. Examples[2..]];

        var one = AnswerEvaluator.Run(model, Examples, Settings with { BatchSize = 1 }).All;
        var result = AnswerEvaluator.Run(model, mixed, Settings with { LongestText = 40 }, new Training.InlineProgress<(int Done, int Total)>(reports.Add));

        Assert.Equal((1, 4), (result.Skipped, result.All.Count));
        Assert.All(Enum.GetValues<ContextCondition>(), condition => Assert.Equal(one.Scores[condition].Loss.Estimate, result.All.Scores[condition].Loss.Estimate, 1e-5));
        Assert.Equal(((0, 16), (16, 16)), (reports[0], reports[^1]));
        Assert.Equal(2, AnswerEvaluator.Run(model, Examples, Settings with { Limit = 2 }).All.Count);
        Assert.Equal(4, AnswerEvaluator.Run(model, Examples, Settings with { LongestExchange = 12 }).Skipped + AnswerEvaluator.Run(model, Examples, Settings with { LongestExchange = 12 }).All.Count);

        // What the autoencoder cannot hold is found out before anything is measured.
        using var small = TinyModel.Create(TinyIcae.Config with { Positions = MemoryPositions.Spread, TextOffset = Ids(model, Examples[0].Input).Length + 1 });
        var held = AnswerEvaluator.Run(small, [.. Examples, Examples[0] with { Input = $"{Examples[0].Input} {Examples[2].Input}" }], Settings);
        Assert.Equal(Examples.Count(example => Ids(model, example.Input).Length <= Ids(model, Examples[0].Input).Length), held.All.Count);
        Assert.InRange(held.Skipped, 1, 3);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused()
    {
        using var model = TinyModel.Create();
        Assert.Contains("LongestText (0)", Refused(Examples, Settings with { LongestText = 0 }), StringComparison.Ordinal);
        Assert.Contains("Limit (0)", Refused(Examples, Settings with { Limit = 0 }), StringComparison.Ordinal);
        Assert.Contains("LongestExchange (0)", Refused(Examples, Settings with { LongestExchange = 0 }), StringComparison.Ordinal);
        Assert.Contains("None of the 4 questions can be asked: their texts are longer than 1 tokens", Refused(Examples, Settings with { LongestText = 1 }), StringComparison.Ordinal);
        Assert.Contains("Question 2 has an empty answer", Refused([Examples[0], Examples[1] with { Answer = "" }], Settings), StringComparison.Ordinal);
        Assert.Contains("There is no question", Refused([], Settings), StringComparison.Ordinal);

        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => AnswerEvaluator.Run(model, Examples, Settings, cancellation: stopped.Token));

        string Refused(InstructionExample[] examples, AnswerSettings settings) => Assert.Throws<ConfigurationException>(() => AnswerEvaluator.Run(model, examples, settings)).Message;
    }

    /// <summary>The mean loss of an answer's tokens, without the end behind them.</summary>
    private static double Mean(ObjectiveResult result, int answer) =>
        result.TokenLosses.to(ScalarType.Float32).data<float>().ToArray()[^(answer + 1)..^1].Average(loss => (double)loss);

    private static int[] Ids(IcaeModel model, string text) => [.. model.Base.Tokenizer.Encode(text)];

    /// <summary>The mean loss of an answer's tokens behind the end of a text and lines.</summary>
    private static double Loss(IcaeModel model, string lines, string answer)
    {
        int[] lead = Ids(model, lines);
        int[] ids = [.. lead, .. Ids(model, answer)];
        var transformer = model.Base.Transformer;
        var logits = transformer.Logits(transformer.Forward(new TransformerInput { Embeddings = transformer.Embed(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0)) }).Hidden);
        var log = nn.functional.log_softmax(logits.to(ScalarType.Float32).squeeze(0), 1);
        return Enumerable.Range(lead.Length, ids.Length - lead.Length).Average(i => -(double)log[i - 1, ids[i]].item<float>());
    }

    [Fact]
    public void A_full_stop_that_shares_its_token_with_the_end_of_the_line_counts()
    {
        const int StopAndEnd = 800;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tokenizer = TokenizerJsonDocument.Load(TokenizerJsonDocument.Of(document => document["added_tokens"]!.AsArray().Add(
            new JsonObject { ["id"] = StopAndEnd, ["content"] = ".\n", ["special"] = false, ["normalized"] = false })));
        var transformer = Transformer.Create(TinyBase.Config with { VocabularySize = 816 }, CPU, 1);
        using var model = TinyModel.On(new BaseModel(transformer, tokenizer, "tiny", BaseKind.Unknown, new Dictionary<string, string>()), ownsBase: true, usage: new IcaeUsage { EosId = 0 });
        InstructionExample[] examples = [new("It was cold.", "What was it?", "cold."), new("It was a day.", "What was it?", "a day.")];

        var result = AnswerEvaluator.Run(model, examples, Settings);

        var losses = examples.Select(example =>
        {
            int[] opening = tokenizer.BosId is { } bos ? [bos] : [];
            int[] lead = [.. opening, .. tokenizer.Encode($"{example.Input}\n{example.Prompt}\n")];
            int[] ids = [.. opening, .. tokenizer.Encode($"{example.Input}\n{example.Prompt}\n{example.Answer}\n")];
            Assert.Equal(StopAndEnd, ids[^1]);
            var states = transformer.Forward(new TransformerInput { Embeddings = transformer.Embed(tensor(ids, [1, ids.Length], dtype: ScalarType.Int64)) }).Hidden[0];
            var chances = states.matmul(transformer.View("lm_head.weight").t()).log_softmax(-1);
            return Enumerable.Range(lead.Length, ids.Length - lead.Length).Average(i => -chances[i - 1, ids[i]].item<float>());
        });
        Assert.Equal(losses.Average(), result.All.Scores[ContextCondition.TextInContext].Loss.Estimate, 1e-4);
    }
}
