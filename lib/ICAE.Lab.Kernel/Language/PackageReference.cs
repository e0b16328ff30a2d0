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
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var valid = parts.Length is 1 or 2 && parts.All(part => part.Length > 0 && part.All(IsAllowed)) && parts[0][0] != '*';
        if (!valid)
            throw new CellErrorException($"#r \"nuget:{text}\" is not understood: it is #r \"nuget: Name, Version\" or #r \"nuget: Name\".");

        return new PackageReference(parts[0], parts.Length == 2 ? parts[1] : "*");
    }

    /// <inheritdoc/>
    public override string ToString() => Version == "*" ? Name : $"{Name}, {Version}";

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or '*' or '+' or '[' or ']' or '(' or ')';
}
