namespace ICAE.Lab.Experiments;

/// <summary>Which conditions can be measured.</summary>
internal static class ContextConditions
{
    /// <summary>The conditions for a number of texts: another text's memory needs another text, and without texts there is nothing to measure.</summary>
    public static IEnumerable<ContextCondition> For(int texts) => texts == 0
        ? []
        : Enum.GetValues<ContextCondition>().Where(condition => texts > 1 || condition != ContextCondition.OtherMemory);
}
