namespace ICAE.Lab.Tests;

/// <summary>Finds the reference values that lie beside the test assembly.</summary>
internal static class ReferenceFiles
{
    /// <summary>The path of a file or folder of them.</summary>
    public static string Find(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "Reference", .. parts]);
}
