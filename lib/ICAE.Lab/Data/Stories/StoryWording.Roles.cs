namespace ICAE.Lab.Data.Stories;

/// <summary>The roles of events in words.</summary>
internal sealed partial class StoryWording
{
    private void PutRole(SlotNode slot, StoryEvent happening, VerbUse use)
    {
        switch (slot.Role)
        {
            case "A":
                PutPerson(happening.A!, slot.Form);
                break;
            case "B":
                PutPerson(happening.B!, slot.Form);
                break;
            case "C":
                PutPerson(happening.C!, slot.Form);
                break;
            case "O" or "X":
                var thing = slot.Role == "O" ? happening.O! : happening.X!;
                _references.Put(thing, slot.Form == "d" || _text.Depth > _references.NarrationDepth, OwnerOf(slot.Role, happening), _random, (owner, _) => PutOwner(owner));
                break;
            case "P" or "Q":
                PutPlace((slot.Role == "P" ? happening.P : happening.Q)!, slot.Form);
                break;
            case "S":
                _text.Put(slot.Form == "from" ? SpotFrom(happening.S!.Text) : happening.S!.Text);
                break;
            case "N":
                PutNumber(happening.N!.Value, slot.Form);
                break;
            case "K":
                Put(happening.K!.Template, happening, use);
                break;
            default:
                throw new InvalidOperationException($"There is no role {slot.Role}.");
        }
    }

    // Only who has a thing when it is first named can be called its owner.
    private static Person? OwnerOf(string role, StoryEvent happening) => happening.Kind switch
    {
        _ when happening.A is { } actor && happening.B is { } other && actor.Male == other.Male => null,
        StoryFactKind.Find or StoryFactKind.Rescue or StoryFactKind.Steal or StoryFactKind.Have or StoryFactKind.Take => null,
        StoryFactKind.Win => happening.B,
        StoryFactKind.Swap when role == "X" => happening.B,
        _ => happening.A,
    };

    private void PutPerson(Person person, string form)
    {
        if (person == _bound && person != _references.Narrator && form != "sir")
        {
            _text.Put(StoryReferences.Pronoun(person.Male, form switch { "s" or "own" => NounCase.Possessive, "o" or "on" => NounCase.Object, "self" => NounCase.Reflexive, _ => NounCase.Subject }) + (form == "own" ? " own" : ""));
            return;
        }
        switch (form)
        {
            case "sir":
                _text.Put(!person.Male ? "ma’am" : person.Trade.Has(StoryTags.Young) ? "my lad" : "sir");
                break;
            case "own" when person != _references.Narrator:
                _text.Put(person.Male ? "his own" : "her own");
                break;
            default:
                Put(person, form switch { "o" or "on" => NounCase.Object, "s" or "own" => NounCase.Possessive, "self" => NounCase.Reflexive, _ => NounCase.Subject }, form is "n" or "on");
                break;
        }
    }

    private void PutPlace(Place place, string form)
    {
        _text.Put(form switch
        {
            "at" when _references.IsThere(place) && _random.NextInt(6) is var draw and < 5 => draw < 2 && !_references.SaidThere() ? "there" : "",
            "at" or "full" => $"{place.Preposition} the {place.Noun}",
            "to" => $"to the {place.Noun}",
            "from" => $"from the {place.Noun}",
            _ => $"the {place.Noun}",
        });
        _references.Note(place);
    }

    /// <summary>Out of a spot: from under the mat, from the shelf.</summary>
    public static string SpotFrom(string spot)
    {
        foreach (var preposition in (string[])["in ", "on ", "at ", "inside "])
        {
            if (spot.StartsWith(preposition, StringComparison.Ordinal))
                return "from " + spot[preposition.Length..];
        }
        return "from " + spot;
    }

    private void PutNumber(int number, string form)
    {
        if (form != "s")
            _text.Put(English.InWords(number));
        else if (number == 1)
            _text.Put("a shilling");
        else
            _text.Put($"{English.InWords(number)} shillings");
    }
}
