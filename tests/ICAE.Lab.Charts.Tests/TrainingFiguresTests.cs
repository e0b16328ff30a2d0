namespace ICAE.Lab.Charts.Tests;

public sealed class TrainingFiguresTests
{
    [Theory]
    [InlineData("ae_loss", "autoencoding loss")]
    [InlineData("lm_loss", "continuation loss")]
    [InlineData("rows_loss", "next-token loss")]
    [InlineData("validation_ae_bleu_64", "validation: autoencoding BLEU, 64 tokens")]
    [InlineData("validation_rows_loss", "validation: next-token loss")]
    [InlineData("gradient_norm", "gradient norm")]
    [InlineData("64", "64")]
    public void Names_of_the_log_are_told_in_words(string name, string words) => Assert.Equal(words, TrainingFigures.Describe(name));
}
