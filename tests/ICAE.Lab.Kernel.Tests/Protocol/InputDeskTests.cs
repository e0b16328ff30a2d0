using ICAE.Lab.Kernel.Protocol;

namespace ICAE.Lab.Kernel.Tests.Protocol;

/// <summary>Questions and their answers.</summary>
public sealed class InputDeskTests
{
    [Fact]
    public async Task An_answer_to_another_question_is_dropped()
    {
        var desk = new InputDesk();
        var asked = desk.AskAsync("second", () => { });

        desk.Answer("first", "a secret");
        Assert.False(asked.IsCompleted);

        desk.Answer("second", "right");
        Assert.Equal("right", await asked);
    }

    [Fact]
    public async Task An_answer_that_does_not_say_to_what_is_taken()
    {
        var desk = new InputDesk();
        var asked = desk.AskAsync("id", () => { });

        desk.Answer(null, "old client");

        Assert.Equal("old client", await asked);
    }
}
