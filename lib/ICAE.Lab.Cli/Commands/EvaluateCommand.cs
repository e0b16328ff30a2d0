using System.CommandLine;
using System.Text.Json.Nodes;
using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;
using ICAE.Lab.Experiments.AnswerEvaluation;
using ICAE.Lab.Experiments.ContinuationEvaluation;
using ICAE.Lab.Experiments.RestorationEvaluation;
using Spectre.Console;

namespace ICAE.Lab.Cli.Commands;

/// <summary>Measures how well an autoencoder restores texts, goes on from them or answers questions about them, beside the same without memory and with the text in the context.</summary>
internal sealed class EvaluateCommand : IcaeCommand
{
    private readonly Option<string?> _texts = new("--texts")
    {
        Description = "A JSON-lines file of objects with \"kind\", \"text\" or \"ids\", and perhaps \"id\", \"book\" and \"chapter\". Without it, the test passages in datasets/passages.",
        HelpName = "FILE",
    };

    private readonly Option<int> _tokens = new("--tokens")
    {
        Description = "The first N ids of each text are compressed; shorter texts are counted as skipped.",
        DefaultValueFactory = _ => new RestorationSettings().Tokens,
        HelpName = "N",
    };

    private readonly Option<double?> _rate = new("--tokens-per-slot") { Description = "Tokens on a slot, other than the autoencoder's own rate.", HelpName = "R" };
    private readonly Option<bool> _controls = new("--controls") { Description = "Derive patterned texts (ids + 1) and random ids from the ordinary texts." };
    private readonly Option<int?> _limit = new("--limit") { Description = "At most so many texts of a kind, spread evenly over the file, or with --questions so many questions in all, drawn.", HelpName = "N" };
    private readonly Option<int?> _continuation = new("--continuation")
    {
        Description = "In place of restoring: how well the M ids behind each text, but for the first 8 of them, are predicted from its slots, beside the text itself, another text's slots and no context. Passages of fewer than N + M ids are skipped.",
        HelpName = "M",
    };

    private readonly Option<string?> _questions = new("--questions")
    {
        Description = "In place of restoring: how well questions about texts are answered from their slots, beside the text itself, another text's slots and the question alone. A JSON-lines file of objects with \"input\", \"prompt\" and \"answer\", and perhaps \"kind\".",
        HelpName = "FILE",
    };

    private readonly Option<string?> _layout = InstructionLayouts.Option("With --questions, what stands around slots and prompt, where it is not what the autoencoder was trained with");

    private readonly Option<int?> _longest = new("--longest-text") { Description = $"With --questions, the longest text in tokens ({new AnswerSettings().LongestText} unless it is said); questions about longer ones are counted as skipped.", HelpName = "N" };

    private readonly AutoencoderOptions _model;

    public EvaluateCommand()
        : base(
            "evaluate",
            "Measure how well an autoencoder restores texts: with memory, without (zero), and with the text itself in the context (ceiling); or how well it goes on from them (--continuation) or answers (--questions). Without --model, the one that every command takes then.",
            "icae evaluate --controls",
            "icae evaluate --model english-1m-4x --texts texts.jsonl --tokens 128 --limit 50",
            "icae evaluate --model runs/english/model --tokens 128 --continuation 64",
            "icae evaluate --model runs/answers/model --questions questions.jsonl",
            "icae evaluate --model runs/english/model --controls --json")
    {
        Add(_texts);
        Add(_tokens);
        Add(_rate);
        Add(_controls);
        Add(_limit);
        Add(_continuation);
        Add(_questions);
        Add(_layout);
        Add(_longest);
        Validators.Add(result =>
        {
            result.RequirePositive(_rate);
            result.RequireAtLeastOne(_tokens, _limit, _longest, _continuation);

            if (result.GetValue(_controls) && result.GetResult(_continuation) is not null)
                result.AddError("--controls makes texts to be restored; nothing follows them, so --continuation has none.");

            if (result.GetResult(_questions) is not null)
            {
                foreach (var other in (Option[])[_texts, _tokens, _controls, _continuation])
                {
                    if (result.IsGiven(other))
                        result.AddError($"{other.Name} is for texts that are restored or gone on from, and --questions asks about texts of its own.");
                }
            }
            else
            {
                foreach (var option in (Option[])[_layout, _longest])
                {
                    if (result.IsGiven(option))
                        result.AddError($"{option.Name} is for --questions.");
                }
            }
        });
        _model = new AutoencoderOptions(this);
    }

    public override Task<int> RunAsync(Invocation invocation)
    {
        var arguments = invocation.Arguments;
        using var loaded = _model.Load(invocation);
        var model = loaded.Model;
        SmallModels.FitThreads(model.Base, _model.Threads(invocation));
        if (arguments.GetValue(_questions) is { } questions)
            return Task.FromResult(Answer(invocation, model, questions));

        var passages = GivenPassages.Read(arguments.GetValue(_texts), model);
        if (arguments.GetValue(_continuation) is { } following)
            return Task.FromResult(Continue(invocation, model, passages, following));

        var settings = new RestorationSettings
        {
            Tokens = arguments.GetValue(_tokens),
            TokensPerSlot = arguments.GetValue(_rate),
            Controls = arguments.GetValue(_controls),
            Limit = arguments.GetValue(_limit),
            Seed = (ulong)_model.Seed(invocation),
        };
        var console = invocation.Terminal.Console;
        var texts = EvaluationTexts.Prepare(passages, model, settings);
        if (texts.Texts.Count == 0)
            throw new ConfigurationException($"There is no text of {settings.Tokens} tokens to be restored ({texts.Kinds.Sum(kind => kind.Skipped)} are shorter); --tokens sets the length.");

        var result = EvaluationProgress.Run(invocation.Terminal, model.Name, progress => RestorationEvaluator.Run(model, texts, settings, progress, invocation.Cancellation));
        if (invocation.Terminal.IsJson)
        {
            Write(invocation, RestorationJson.ToJson(result));
            return Task.FromResult(ExitCodes.Ok);
        }

        var report = RestorationReport.Of(model, result, shown: 0);
        console.WriteLine(report.BaseStatement);
        RestorationConsole.PrintScores(console, result);
        return Task.FromResult(ExitCodes.Ok);
    }

    private int Continue(Invocation invocation, IcaeModel model, IEnumerable<Passage> passages, int following)
    {
        var settings = new ContinuationSettings
        {
            Tokens = invocation.Arguments.GetValue(_tokens),
            TokensPerSlot = invocation.Arguments.GetValue(_rate),
            ContinuationTokens = following,
            Unscored = Math.Min(new ContinuationSettings().Unscored, following - 1),
            Limit = invocation.Arguments.GetValue(_limit),
            Seed = (ulong)_model.Seed(invocation),
        };
        var console = invocation.Terminal.Console;
        var result = EvaluationProgress.Run(invocation.Terminal, model.Name, progress => ContinuationEvaluator.Run(model, passages, settings, progress, invocation.Cancellation));
        if (result.Kinds.All(kind => kind.Count == 0))
            throw new ConfigurationException($"There is no text of {settings.Tokens} tokens that {following} more follow ({result.Kinds.Sum(kind => kind.Skipped)} are shorter); --tokens and --continuation set the lengths.");

        if (invocation.Terminal.IsJson)
            Write(invocation, ContinuationJson.ToJson(result));
        else
            ContinuationConsole.Print(console, result);

        return ExitCodes.Ok;
    }

    private int Answer(Invocation invocation, IcaeModel model, string questions)
    {
        var examples = PromptWithContext.Read(questions).ToList();
        if (examples.Count == 0)
            throw new ConfigurationException($"{questions}: there is no question in this file.");

        var settings = new AnswerSettings
        {
            LongestText = invocation.Arguments.GetValue(_longest) ?? new AnswerSettings().LongestText,
            TokensPerSlot = invocation.Arguments.GetValue(_rate),
            Layout = InstructionLayouts.Of(invocation.Arguments.GetValue(_layout), model.Base.Tokenizer),
            Limit = invocation.Arguments.GetValue(_limit),
            Seed = (ulong)_model.Seed(invocation),
        };
        var console = invocation.Terminal.Console;
        var result = EvaluationProgress.Run(invocation.Terminal, model.Name, progress => AnswerEvaluator.Run(model, examples, settings, progress, invocation.Cancellation));
        if (invocation.Terminal.IsJson)
            Write(invocation, AnswerJson.ToJson(result));
        else
            AnswerConsole.Print(console, result);

        return ExitCodes.Ok;
    }

    private static void Write(Invocation invocation, JsonObject json)
    {
        json["ok"] = true;
        invocation.Terminal.WriteJson(json);
    }
}
