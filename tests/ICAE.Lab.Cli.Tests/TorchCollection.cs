namespace ICAE.Lab.Cli.Tests;

/// <summary>Tests that use torch run one after the other: two at a time fight for the cores.</summary>
[CollectionDefinition("torch", DisableParallelization = true)]
public sealed class TorchCollection;
