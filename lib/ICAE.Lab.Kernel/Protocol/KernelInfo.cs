using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ICAE.Lab.Jupyter;
using Microsoft.CodeAnalysis.CSharp;

namespace ICAE.Lab.Kernel.Protocol;

/// <summary>What the kernel says of itself.</summary>
internal static class KernelInfo
{
    public static JsonObject Reply() => JsonFields.Ok(
        ("protocol_version", JupyterProtocol.Version),
        ("implementation", "icae-kernel"),
        ("implementation_version", Version),
        ("language_info", Language()),
        ("banner", $"ICAE.Lab {Version}: C# {LanguageVersionText} on {RuntimeInformation.FrameworkDescription}"),
        ("debugger", false),
        ("supported_features", new JsonArray()),
        ("help_links", new JsonArray(Link("C#", "https://learn.microsoft.com/dotnet/csharp/"), Link(".NET API", "https://learn.microsoft.com/dotnet/api/"))));

    private static string Version { get; } =
        typeof(KernelInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', 2)[0] ?? "0";

    private static string LanguageVersionText => LanguageVersion.Latest.MapSpecifiedToEffectiveVersion().ToDisplayString();

    private static JsonObject Language() => new()
    {
        ["name"] = "C#",
        ["version"] = LanguageVersionText,
        ["mimetype"] = "text/x-csharp",
        ["file_extension"] = ".cs",
        ["pygments_lexer"] = "csharp",
        ["codemirror_mode"] = "text/x-csharp",
        ["nbconvert_exporter"] = "script",
    };

    private static JsonObject Link(string text, string url) => new() { ["text"] = text, ["url"] = url };
}
