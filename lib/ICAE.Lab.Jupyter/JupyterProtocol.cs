namespace ICAE.Lab.Jupyter;

/// <summary>What is fixed in the protocol.</summary>
public static class JupyterProtocol
{
    /// <summary>The version of the protocol that messages carry.</summary>
    public const string Version = "5.3";

    /// <summary>The only scheme of signatures that is spoken.</summary>
    public const string SignatureScheme = "hmac-sha256";

    /// <summary>Stands between a message's routing frames and the message.</summary>
    internal static ReadOnlySpan<byte> Delimiter => "<IDS|MSG>"u8;
}
