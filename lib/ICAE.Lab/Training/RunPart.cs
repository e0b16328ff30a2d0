namespace ICAE.Lab.Training;

/// <summary>A run by itself, or a stage of a recipe.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Name">The stage's name; <see langword="null"/> for a run by itself.</param>
/// <param name="StepsBefore">Updates of the stages before it.</param>
/// <param name="StepsInAll">Updates of all stages.</param>
internal sealed record RunPart(RunFolder Folder, string? Name, long StepsBefore, long StepsInAll)
{
    /// <summary>A run by itself.</summary>
    public static IEnumerable<RunPart> Alone(RunFolder folder) => [new(folder, null, 0, folder.Settings.Steps)];

    /// <summary>The stages of a recipe that are left, each made when the one before it is complete.</summary>
    public static IEnumerable<RunPart> Of(RecipeFolder folder) =>
        folder.Remaining().Select(stage => new RunPart(stage.Run, folder.Recipe.Stages[stage.Index].Name, folder.StepsBefore(stage.Index), folder.Recipe.CountSteps()));
}
