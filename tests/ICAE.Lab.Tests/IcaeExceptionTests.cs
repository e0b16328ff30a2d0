namespace ICAE.Lab.Tests;

public sealed class IcaeExceptionTests
{
    [Fact]
    public void A_malformed_file_is_named_with_place_and_cause()
    {
        var error = new MalformedFileException("a.safetensors", "byte 8", "the header is cut short");

        Assert.Equal("a.safetensors: byte 8: the header is cut short", error.Message);
        Assert.Equal("a.safetensors: cut", new MalformedFileException("a.safetensors", "", "cut").Message);
    }
}
