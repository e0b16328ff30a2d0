namespace ICAE.Lab.Data.Stories;

/// <summary>What events do to who has what.</summary>
internal static class StoryPossession
{
    /// <summary>Whether an event of this kind moves a thing.</summary>
    public static bool Moves(StoryFactKind kind) => kind is StoryFactKind.Take or StoryFactKind.Put or StoryFactKind.Hide or StoryFactKind.Give or StoryFactKind.Sell
        or StoryFactKind.Lend or StoryFactKind.GiveBack or StoryFactKind.Entrust or StoryFactKind.Deliver or StoryFactKind.Lose or StoryFactKind.Find
        or StoryFactKind.Steal or StoryFactKind.BringForMending or StoryFactKind.Swap or StoryFactKind.Rescue or StoryFactKind.Win;

    /// <summary>Who has a thing after an event that moves it; null if it lies at the event's spot.</summary>
    public static Person? HolderAfter(StoryEvent happening, Thing thing) => happening.Kind switch
    {
        StoryFactKind.Put or StoryFactKind.Hide or StoryFactKind.Lose => null,
        StoryFactKind.Take or StoryFactKind.Find or StoryFactKind.Steal or StoryFactKind.Rescue or StoryFactKind.Win => happening.A,
        StoryFactKind.Swap when happening.X == thing => happening.A,
        _ => happening.B,
    };
}
