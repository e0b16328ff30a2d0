namespace ICAE.Lab.Data.Stories;

/// <summary>Puts templates into words with names throughout, for questions, answers and reasons, which must stand alone.</summary>
/// <param name="names">What people are called.</param>
/// <param name="random">Draws among choices; null takes the first of each.</param>
internal sealed class PlainWording(StoryNames names, CounterRandom? random)
{
    private bool _auxiliaryDone;

    /// <summary>Says something of an event.</summary>
    /// <param name="template">What is said.</param>
    /// <param name="happening">The event.</param>
    /// <param name="use">The form of its verbs.</param>
    /// <param name="actorAsPronoun">Whether the actor is he or she, for reasons, where the question has named them.</param>
    /// <param name="others">Further places to fill, by name and form.</param>
    public string Say(Template template, StoryEvent happening, VerbUse use, bool actorAsPronoun = false, Func<SlotNode, string?>? others = null)
    {
        var text = new StoryText(capital: false);
        _auxiliaryDone = false;
        Put(text, template, happening, use, actorAsPronoun, others);
        return text.ToString();
    }

    private void Put(StoryText text, Template template, StoryEvent happening, VerbUse use, bool pronoun, Func<SlotNode, string?>? others)
    {
        foreach (var node in template.Nodes)
        {
            switch (node)
            {
                case LiteralNode literal:
                    text.Put(literal.Text);
                    break;
                case ArticleNode:
                    text.Article();
                    break;
                case ChoiceNode choice:
                    Put(text, choice.Choices[random?.NextInt(choice.Choices.Length) ?? 0], happening, use, pronoun, others);
                    break;
                case VerbNode verb:
                    text.Put(Form(verb.Verb, use));
                    break;
                case ListNode list:
                    Put(text, Lexicon.Section(list.List).All[0].Template, happening, use, pronoun, others);
                    break;
                case SlotNode slot:
                    PutSlot(text, slot, happening, use, pronoun, others);
                    break;
            }
        }
    }

    private string Form(VerbForms verb, VerbUse use)
    {
        var had = _auxiliaryDone ? "" : "had ";
        _auxiliaryDone = true;
        return use switch
        {
            VerbUse.Past => verb.Past,
            VerbUse.Gerund => verb.Gerund,
            VerbUse.Infinitive => verb.Infinitive,
            VerbUse.PastPerfect => had + verb.Participle,
            _ => verb.Participle,
        };
    }

    private void PutSlot(StoryText text, SlotNode slot, StoryEvent happening, VerbUse use, bool pronoun, Func<SlotNode, string?>? others)
    {
        if (others?.Invoke(slot) is { } words)
            text.Put(words);
        else if (slot.Role == "K")
            Put(text, happening.K!.Template, happening, use, pronoun, others);
        else
            text.Put(Role(slot, happening, pronoun));
    }

    private string Role(SlotNode slot, StoryEvent happening, bool pronoun) => slot.Role switch
    {
        "A" => PersonWords(happening.A!, slot.Form, pronoun, actor: true),
        "B" => PersonWords(happening.B!, slot.Form, pronoun: false, actor: false),
        "C" => PersonWords(happening.C!, slot.Form, pronoun: false, actor: false),
        "O" => StoryNames.Of(happening.O!),
        "X" => StoryNames.Of(happening.X!),
        "P" => PlaceWords(happening.P!, slot.Form),
        "Q" => PlaceWords(happening.Q!, slot.Form),
        "S" when slot.Form == "from" => StoryWording.SpotFrom(happening.S!.Text),
        "S" => happening.S!.Text,
        "N" when slot.Form == "s" => happening.N == 1 ? "a shilling" : $"{English.InWords(happening.N!.Value)} shillings",
        "N" => English.InWords(happening.N!.Value),
        _ => throw new InvalidOperationException($"There is no role {slot.Role}."),
    };

    private string PersonWords(Person person, string form, bool pronoun, bool actor)
    {
        var name = names.Of(person);
        return form switch
        {
            "self" => StoryReferences.Pronoun(person.Male, NounCase.Reflexive),
            "own" => StoryReferences.Pronoun(person.Male, NounCase.Possessive) + " own",
            "s" when actor => StoryReferences.Pronoun(person.Male, NounCase.Possessive),
            "s" => English.Possessive(name),
            "o" or "on" when pronoun => StoryReferences.Pronoun(person.Male, NounCase.Object),
            "" when pronoun => StoryReferences.Pronoun(person.Male, NounCase.Subject),
            _ => name,
        };
    }

    public static string PlaceWords(Place place, string form) => form switch
    {
        "at" or "full" => $"{place.Preposition} the {place.Noun}",
        "to" => $"to the {place.Noun}",
        "from" => $"from the {place.Noun}",
        _ => $"the {place.Noun}",
    };
}
