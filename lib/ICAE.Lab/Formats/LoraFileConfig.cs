namespace ICAE.Lab.Formats;

/// <summary>What an adapter's configuration says of its LoRA matrices.</summary>
public sealed record LoraFileConfig
{
    /// <summary>R, from 1 on.</summary>
    public required int Rank { get; init; }

    /// <summary>The product of both matrices is multiplied by alpha / R, or by alpha / sqrt(R) where it is rank-stabilised.</summary>
    public required double Alpha { get; init; }

    /// <summary>Whether <see cref="Scale"/> divides by the root of the rank.</summary>
    public bool RankStabilised { get; init; }

    /// <summary>The share of inputs that training drops before the first matrix, from 0 to below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>The linear layers that have matrices, by the last part of their names, such as <c>q_proj</c>.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>The base model's name or folder, if the file says it.</summary>
    public string? BaseModel { get; init; }

    /// <summary>The task in PEFT's words.</summary>
    public string TaskType { get; init; } = "CAUSAL_LM";

    /// <summary>What the product of both matrices is multiplied by.</summary>
    public double Scale => Alpha / (RankStabilised ? Math.Sqrt(Rank) : Rank);
}
