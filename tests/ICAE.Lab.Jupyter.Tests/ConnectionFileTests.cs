namespace ICAE.Lab.Jupyter.Tests;

public sealed class ConnectionFileTests : IDisposable
{
    private const string Sound = """
        {"shell_port": 5001, "iopub_port": 5002, "stdin_port": 5003, "control_port": 5004, "hb_port": 5005,
         "ip": "127.0.0.1", "key": "secret", "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "k"}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        var connection = ConnectionFile.Create("some-kernel");
        var path = _folder.File("connection.json");

        connection.Write(path);

        Assert.Equal(connection, ConnectionFile.Read(path));
        Assert.Equal(5, new[] { connection.ShellPort, connection.IoPubPort, connection.StdinPort, connection.ControlPort, connection.HeartbeatPort }.Distinct().Count());
        Assert.Equal(64, connection.Key.Length);
        Assert.DoesNotContain(connection.Key, connection.ToString());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Jupyters_own_files_are_read()
    {
        var connection = ConnectionFile.Read(Written(Sound));

        Assert.Equal(5001, connection.ShellPort);
        Assert.Equal(5005, connection.HeartbeatPort);
        Assert.Equal("secret", connection.Key);
        Assert.Equal("k", connection.KernelName);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.3.2.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public void Loopback_addresses_are_accepted(string ip) =>
        Assert.Equal(ip, ConnectionFile.Read(Written(Sound.Replace("127.0.0.1", ip))).Ip);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("*")]
    [InlineData("192.168.1.2")]
    [InlineData("::")]
    [InlineData("example.org")]
    [InlineData("127.1")]
    [InlineData("127.0.0.1:5000")]
    public void Other_addresses_are_refused(string ip)
    {
        var error = Assert.Throws<JupyterException>(() => ConnectionFile.Read(Written(Sound.Replace("127.0.0.1", ip))));

        Assert.Contains("loopback", error.Message);
    }

    [Theory]
    [InlineData("\"tcp\"", "\"ipc\"", "transport")]
    [InlineData("hmac-sha256", "hmac-md5", "signature scheme")]
    [InlineData("5001", "0", "shell_port")]
    [InlineData("5002", "65536", "iopub_port")]
    [InlineData("5003", "\"5003\"", "stdin_port")]
    [InlineData("5004", "1.5", "control_port")]
    [InlineData("\"hb_port\": 5005,", "", "hb_port")]
    [InlineData("\"secret\"", "17", "key")]
    [InlineData("\"ip\": \"127.0.0.1\",", "", "ip")]
    [InlineData("\"kernel_name\"", "\"key\"", "JSON")]
    [InlineData("}", "", "JSON")]
    public void What_is_wrong_is_named(string part, string replacement, string named)
    {
        var path = Written(Sound.Replace(part, replacement));

        var error = Assert.Throws<JupyterException>(() => ConnectionFile.Read(path));

        Assert.StartsWith(path, error.Message);
        Assert.Contains(named, error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Fact]
    public void An_empty_key_means_unsigned() => Assert.Equal("", ConnectionFile.Read(Written(Sound.Replace("secret", ""))).Key);

    [Fact]
    public void A_file_that_is_too_long_is_not_read()
    {
        var path = Written(new string(' ', 2 << 20));

        Assert.Contains("1048576", Assert.Throws<JupyterException>(() => ConnectionFile.Read(path)).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_error() =>
        Assert.Contains("cannot be read", Assert.Throws<JupyterException>(() => ConnectionFile.Read(_folder.File("none.json"))).Message);

    private string Written(string text)
    {
        var path = _folder.File("c.json");
        File.WriteAllText(path, text);
        return path;
    }
}
