namespace ICAE.Lab;

/// <summary>The user's data folder: <c>~/.local/share/icae-lab</c> on Linux, and what the system has in its place elsewhere.</summary>
internal static class UserData
{
    /// <summary>A folder in it; it need not exist.</summary>
    /// <param name="name">What is kept there.</param>
    public static string Folder(string name) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "icae-lab", name);
}
