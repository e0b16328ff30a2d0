namespace ICAE.Lab.Kernel.Language;

/// <summary>A NuGet package that a notebook references.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version, or what a package reference allows in its place; <c>*</c> for the newest.</param>
internal sealed record PackageReference(string Name, string Version)
{
    /// <summary>Reads what stands behind <c>nuget:</c>.</summary>
    /// <exception cref="CellErrorException">It is not <c>Name</c> or <c>Name, Version</c>.</exception>
    public static PackageReference Parse(string text)
    {
        var parts = text.Split(',', 2, StringSplitOptions.TrimEntries);
        var version = parts.Length == 2 ? parts[1] : "*";
        if (parts[0].Length == 0 || parts[0][0] == '*' || !parts[0].All(IsAllowed) || !IsVersion(version))
            throw new CellErrorException($"#r \"nuget:{text}\" is not understood: it is #r \"nuget: Name, Version\" or #r \"nuget: Name\"; a version may be a range, as [1.0,2.0).");

        return new PackageReference(parts[0], version);
    }

    /// <inheritdoc/>
    public override string ToString() => Version == "*" ? Name : $"{Name}, {Version}";

    private static bool IsVersion(string text)
    {
        if (text is not [('[' or '('), .. var range, (']' or ')')])
            return text.Length > 0 && text.All(IsAllowed);

        var ends = range.Split(',', StringSplitOptions.TrimEntries);
        return ends.Length <= 2 && ends.Any(end => end.Length > 0) && ends.All(end => end.All(IsAllowed));
    }

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or '*' or '+' or '[' or ']' or '(' or ')';
}
