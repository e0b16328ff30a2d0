namespace ICAE.Lab.Browser.Tests.Driver;

/// <summary>The browser refused something, a script in a page failed, or what was waited for did not happen.</summary>
internal sealed class BrowserException : Exception
{
    public BrowserException(string message)
        : base(message)
    {
    }

    public BrowserException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
