namespace ICAE.Lab.Browser.Tests;

/// <summary>Tests that share a browser and a Jupyter server, one after the other.</summary>
[CollectionDefinition("browser", DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>, ICollectionFixture<JupyterFixture>;
