namespace ICAE.Lab.Data.Stories;

/// <summary>What a told fact says. The roles are those of <see cref="StoryFact"/>.</summary>
public enum StoryFactKind
{
    /// <summary>Who is what by trade (Detail).</summary>
    Trade,

    /// <summary>Who is the kin (Detail, such as "sister") of Whom.</summary>
    Kinship,

    /// <summary>What is of what kind (Detail, such as "brass").</summary>
    Looks,

    /// <summary>Who went Where, perhaps by way of Via.</summary>
    Go,

    /// <summary>Who has What at the beginning.</summary>
    Have,

    /// <summary>Who took What up again from Spot at Where.</summary>
    Take,

    /// <summary>Who put What at Spot at Where.</summary>
    Put,

    /// <summary>Who hid What at Spot at Where.</summary>
    Hide,

    /// <summary>Who gave What to Whom.</summary>
    Give,

    /// <summary>Who sold What to Whom for HowMany shillings.</summary>
    Sell,

    /// <summary>Who lent What to Whom.</summary>
    Lend,

    /// <summary>Who gave What back to Whom.</summary>
    GiveBack,

    /// <summary>Who gave What into the keeping of Whom, to be carried to a third (Third).</summary>
    Entrust,

    /// <summary>Who handed What, which another had sent, to Whom.</summary>
    Deliver,

    /// <summary>Who lost What at Where without noticing; it lies at Spot.</summary>
    Lose,

    /// <summary>Who noticed that What was gone.</summary>
    Miss,

    /// <summary>Who found What, and took it up, at Spot at Where.</summary>
    Find,

    /// <summary>Who stole What, which lay at Spot at Where.</summary>
    Steal,

    /// <summary>Who broke What, and holds it still.</summary>
    Break,

    /// <summary>Who mended What, and holds it still.</summary>
    Mend,

    /// <summary>Who brought What, broken or unfinished, to Whom to be set right; Whom holds it.</summary>
    BringForMending,

    /// <summary>Who gave What to Whom and got Other for it.</summary>
    Swap,

    /// <summary>Who bought HowMany of something (Detail) at Where.</summary>
    Buy,

    /// <summary>Who asked Whom after What.</summary>
    Ask,

    /// <summary>Who told Whom where What had been left or found.</summary>
    Tell,

    /// <summary>Who accused Whom of having taken What.</summary>
    Accuse,

    /// <summary>Who owned to Whom to having done with What as was done.</summary>
    Confess,

    /// <summary>Who fell out with Whom.</summary>
    Quarrel,

    /// <summary>Who made it up with Whom.</summary>
    Reconcile,

    /// <summary>Who gave Whom a word (Detail: what was promised).</summary>
    Promise,

    /// <summary>Who wrote to Whom.</summary>
    Write,

    /// <summary>Who met Whom at Where.</summary>
    Meet,

    /// <summary>Who gave Whom HowMany shillings in thanks.</summary>
    Reward,

    /// <summary>Who fell ill (Detail: of what).</summary>
    FallIll,

    /// <summary>Who got well again.</summary>
    Recover,

    /// <summary>Who hurt a part of the body (Detail).</summary>
    Hurt,

    /// <summary>Who nursed Whom.</summary>
    Nurse,

    /// <summary>Who felt something (Detail).</summary>
    Feel,

    /// <summary>Who was at work (Detail: at what).</summary>
    Work,

    /// <summary>Who waited HowMany hours at Where.</summary>
    Wait,

    /// <summary>Who looked for What at Where, in vain.</summary>
    Search,

    /// <summary>Who ate something (Detail).</summary>
    Eat,

    /// <summary>What the weather was (Detail).</summary>
    Weather,

    /// <summary>A mishap (Detail, such as "fire") broke out at Where.</summary>
    Mishap,

    /// <summary>Who brought What, which lay at Spot, safe out of Where.</summary>
    Rescue,

    /// <summary>Who wagered HowMany shillings with Whom.</summary>
    Wager,

    /// <summary>Who won What of Whom.</summary>
    Win,
}
