using ICAE.Lab.Autoencoder;
using ICAE.Lab.Data;

namespace ICAE.Lab.Objectives;

/// <summary>Builds examples exactly as the published code does (its version 2), with the choice of windows in the caller's hands.</summary>
public sealed class ExampleBuilder
{
    private readonly IcaeConfig _config;
    private readonly ExampleSettings _settings;
    private readonly SpecialIds _ids;
    private readonly int _eos;

    /// <summary>Prepares the builder.</summary>
    /// <param name="config">The autoencoder's config.</param>
    /// <param name="baseVocabulary">V of the base.</param>
    /// <param name="eosId">The id that ends a restored text and an answer.</param>
    /// <param name="settings">Lengths and rules; <see langword="null"/> for those of the published code.</param>
    public ExampleBuilder(IcaeConfig config, int baseVocabulary, int eosId, ExampleSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _settings = settings ?? new ExampleSettings();
        _ids = SpecialIds.Of(config, baseVocabulary);
        _eos = eosId;
    }

    /// <summary>slots [AE] text EOS.</summary>
    /// <param name="text">The text, not empty.</param>
    /// <param name="plan">How it is cut; <see langword="null"/> for the config's rule.</param>
    /// <returns>The example.</returns>
    public IcaeExample Autoencoding(int[] text, SpanPlan? plan = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cut = plan ?? SpanPlan.For(_config, text.Length);
        return Build(ObjectiveKind.Autoencoding, text, cut, [], [_ids.Autoencode], 0, [.. text, _eos]);
    }

    /// <summary>slots ([LM]) rest: the rest is cut to the longest length, and its first tokens are not scored.</summary>
    /// <param name="text">The text before, not empty.</param>
    /// <param name="rest">What follows it.</param>
    /// <param name="plan">How the text is cut; <see langword="null"/> for the config's rule.</param>
    /// <returns>The example; it restores the text instead where the rest is too short.</returns>
    public IcaeExample Continuation(int[] text, int[] rest, SpanPlan? plan = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(rest);
        if (rest.Length <= _settings.MinContinuationTokens)
        {
            return Autoencoding(text, plan);
        }

        var cut = plan ?? SpanPlan.For(_config, text.Length);
        var target = rest.Length > _settings.MaxLength ? rest[.._settings.MaxLength] : rest;
        int[] task = _settings.ContinuationToken ? [_ids.Continue] : [];
        return Build(ObjectiveKind.Continuation, text, cut, [], task, _settings.UnscoredContinuationTokens, target);
    }

    /// <summary>before slots [FT] prompt after answer end.</summary>
    /// <param name="text">The text, not empty; cut to the longest length.</param>
    /// <param name="prompt">The question or instruction.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="layout">The ids around them.</param>
    /// <returns>The example.</returns>
    public IcaeExample Instruction(int[] text, int[] prompt, int[] answer, InstructionLayout layout)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(layout);
        var shortened = text.Length > _settings.MaxLength ? text[.._settings.MaxLength] : text;
        var task = layout.Behind(_ids, prompt);
        return Build(ObjectiveKind.Instruction, shortened, SpanPlan.For(_config, shortened.Length), [.. layout.Before], task, 0, [.. answer, layout.AnswerEnd ?? _eos]);
    }

    /// <summary>A pretraining example from a document: the coin decides the objective, the generator the window or the place of the cut.</summary>
    /// <param name="document">The document, not empty.</param>
    /// <param name="continuationShare">The chance of a continuation (lm_ratio of the published code), 0 to 1.</param>
    /// <param name="random">Decides.</param>
    /// <returns>The example.</returns>
    public IcaeExample FromDocument(int[] document, double continuationShare, CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(random);
        var continues = random.NextDouble() < continuationShare;
        var fits = document.Length <= _settings.MaxLength;
        if (fits && !continues)
        {
            return Autoencoding(document);
        }

        var start = fits ? 0 : random.NextInt(document.Length - _settings.MaxLength + 1);
        var end = fits ? random.NextInt(document.Length) + 1 : start + _settings.MaxLength;
        var text = document[start..end];

        // A continuation of which no token is scored would have no loss.
        var scored = Math.Min(document.Length - end, _settings.MaxLength) - _settings.UnscoredContinuationTokens;
        return continues && scored > 0 ? Continuation(text, document[end..]) : Autoencoding(text);
    }

    private IcaeExample Build(ObjectiveKind kind, int[] text, SpanPlan plan, int[] before, int[] task, int unscored, int[] target)
    {
        var lead = before.Length + plan.SlotCount + task.Length;
        var decoder = new int[lead + target.Length];
        before.CopyTo(decoder, 0);
        decoder.AsSpan(before.Length, plan.SlotCount).Fill(_ids.Memory);
        task.CopyTo(decoder, before.Length + plan.SlotCount);
        target.CopyTo(decoder, lead);
        var labels = new int[decoder.Length];
        labels.AsSpan(0, lead + Math.Min(unscored, target.Length)).Fill(IcaeExample.Ignored);
        target.AsSpan(Math.Min(unscored, target.Length)).CopyTo(labels.AsSpan(lead + Math.Min(unscored, target.Length)));
        return new IcaeExample(kind, text, plan, decoder, labels);
    }
}
