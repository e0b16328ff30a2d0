using System.Reflection;

namespace ICAE.Lab.Cli;

/// <summary>The version of this program, which is that of the library.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', 2)[0] ?? "0";
}
