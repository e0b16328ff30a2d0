using System.Text.Json.Nodes;

namespace ICAE.Lab.Training;

/// <summary>A stage of a <see cref="TrainingRecipe"/>: a run that starts from what the stage before it made.</summary>
public sealed record RecipeStage
{
    /// <summary>Its name: letters, digits and hyphens; the folder of its run.</summary>
    public required string Name { get; init; }

    /// <summary>What is trained.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>Settings that replace those of <see cref="RunDefaults"/>, in the form of a run's settings.json; some of the fields are enough.</summary>
    public JsonObject Settings { get; init; } = [];
}
