namespace ICAE.Lab.Data;

/// <summary>What a text may be used for. Splits are by work: no work is in two.</summary>
public enum DataSplit
{
    /// <summary>To be trained on.</summary>
    Train,

    /// <summary>For choices made while training and comparing settings.</summary>
    Validation,

    /// <summary>For reported scores only: never trained on, and never used to choose anything.</summary>
    Test,
}
