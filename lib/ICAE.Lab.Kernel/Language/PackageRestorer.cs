using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace ICAE.Lab.Kernel.Language;

/// <summary>
/// Brings the packages that a notebook references, by <c>dotnet restore</c> of a project that references all of them, so that their versions
/// agree. The same set is restored once; later it needs no network.
/// </summary>
internal sealed class PackageRestorer(string folder)
{
    private const int MaxShownErrors = 5;
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020);
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);
    private readonly List<PackageReference> _packages = [];
    private readonly List<string> _sources = [];

    /// <summary>Adds packages to the notebook's.</summary>
    /// <param name="packages">The packages; one that is there already stays as it is, unless it is asked for in another version.</param>
    /// <param name="sources">Where to look besides the machine's own sources.</param>
    /// <param name="cancellationToken">Ends the restore.</param>
    /// <returns>The assets of all packages of the notebook.</returns>
    /// <exception cref="CellErrorException">They cannot be restored; nothing was added.</exception>
    public async Task<PackageAssets> AddAsync(IReadOnlyList<PackageReference> packages, IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        var wanted = Merge(_packages, packages);
        var from = _sources.Concat(sources).Distinct().ToList();
        var assets = await RestoreAsync(wanted, from, cancellationToken);
        _packages.Clear();
        _packages.AddRange(wanted);
        _sources.Clear();
        _sources.AddRange(from);
        return assets;
    }

    private static List<PackageReference> Merge(List<PackageReference> present, IReadOnlyList<PackageReference> added)
    {
        var merged = present.ToDictionary(package => package.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var package in added)
        {
            if (!merged.TryGetValue(package.Name, out var before) || package.Version != "*")
                merged[package.Name] = package;
            else
                merged[package.Name] = before;
        }

        return [.. merged.Values.OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private async Task<PackageAssets> RestoreAsync(List<PackageReference> packages, List<string> sources, CancellationToken cancellationToken)
    {
        var project = Project(packages, sources).ToString();
        var place = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..32]);
        var assetsFile = Path.Combine(place, "obj", "project.assets.json");
        var isFixed = packages.All(package => !package.Version.Contains('*'));
        if (isFixed && PackageAssets.TryRead(assetsFile) is { } known)
            return known;

        var names = string.Join("; ", packages);
        await using var alone = await LockAsync(place, names, cancellationToken);
        if (isFixed && PackageAssets.TryRead(assetsFile) is { } others)
            return others;

        try
        {
            Directory.CreateDirectory(place);
            await File.WriteAllTextAsync(Path.Combine(place, "packages.csproj"), project, cancellationToken);

            // Settings of a folder above would change what is restored.
            await File.WriteAllTextAsync(Path.Combine(place, "Directory.Build.props"), "<Project />", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(place, "Directory.Build.targets"), "<Project />", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(place, "Directory.Packages.props"), "<Project />", cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(place, names, error);
        }

        var (exitCode, output) = await RunAsync(place, cancellationToken);
        if (exitCode == 0 && PackageAssets.TryRead(assetsFile) is { } assets)
            return assets;

        throw new CellErrorException($"#r \"nuget: …\" ({names}): the packages cannot be restored (without a network, only those restored before can):\n{Errors(output)}");
    }

    /// <summary>Waits while another kernel restores the same packages. A process that ends leaves no lock behind.</summary>
    private async Task<FileStream> LockAsync(string place, string names, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Directory.CreateDirectory(folder);
                return new FileStream(place + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (error.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
            {
                await Task.Delay(LockInterval, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(place, names, error);
            }
        }
    }

    private static CellErrorException CannotWrite(string place, string names, Exception error) => new($"#r \"nuget: …\" ({names}): {place} cannot be written: {error.Message}", error);

    private static XElement Project(List<PackageReference> packages, List<string> sources) => new(
        "Project",
        new XAttribute("Sdk", "Microsoft.NET.Sdk"),
        new XElement(
            "PropertyGroup",
            new XElement("TargetFramework", $"net{Environment.Version.Major}.0"),
            new XElement("RuntimeIdentifier", AssemblyBinder.PortableIdentifier),
            new XElement("SelfContained", "false"),
            new XElement("UseAppHost", "false"),
            new XElement("NuGetAudit", "false"),
            new XElement("NoWarn", "NU1603;NU1608;NU1701"),
            new XElement("RestoreAdditionalProjectSources", string.Join(';', sources))),
        new XElement(
            "ItemGroup",
            packages.Select(package => new XElement("PackageReference", new XAttribute("Include", package.Name), new XAttribute("Version", package.Version)))));

    private static async Task<(int ExitCode, string Output)> RunAsync(string place, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(DotnetCommand(), ["restore", "--nologo", "packages.csproj"])
        {
            WorkingDirectory = place,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            await using var end = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return (process.ExitCode, await output + await errors);
        }
        catch (Win32Exception error)
        {
            throw new CellErrorException($"#r \"nuget: …\" needs the .NET SDK, and the command dotnet cannot be started: {error.Message}", error);
        }
    }

    private static string DotnetCommand()
    {
        var host = Environment.ProcessPath;
        return host is not null && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
    }

    private static string Errors(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var errors = lines.Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct().Take(MaxShownErrors).ToList();
        return string.Join('\n', errors.Count > 0 ? errors : lines.TakeLast(MaxShownErrors));
    }
}
