namespace ICAE.Lab.Charts.Tests;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.98765, "0.9877")]
    [InlineData(0.000012345, "1.234E-05")]
    [InlineData(12.3456, "12.35")]
    [InlineData(999.96, "1000")]
    [InlineData(9999.6, "10000")]
    [InlineData(-1234567.8, "-1234568")]
    [InlineData(1e15, "1E+15")]
    [InlineData(double.NaN, "NaN")]
    public void What_stands_before_the_point_is_whole_and_few_digits_stand_behind(double value, string expected) => Assert.Equal(expected, NumberText.Of(value));
}
