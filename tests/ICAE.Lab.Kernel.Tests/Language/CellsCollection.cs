namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>Tests that run cells in this process share its console and its one default load context: they run one after the other.</summary>
[CollectionDefinition("cells", DisableParallelization = true)]
public sealed class CellsCollection;
