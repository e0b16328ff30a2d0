using System.Reflection;
using ICAE.Lab.Kernel.Language;

namespace ICAE.Lab.Kernel.Tests.Language;

/// <summary>What ends code of a cell that was stopped.</summary>
public sealed class CellStoppedExceptionTests
{
    [Fact]
    public void What_is_wrapped_is_found_and_other_errors_are_not_hidden_by_it()
    {
        using var run = new CellRun(1, "", new NoOutput());
        var stopped = new CellStoppedException(run);
        var other = new InvalidOperationException("other");

        Assert.True(CellStoppedException.IsAllOf(stopped));
        Assert.True(CellStoppedException.IsAllOf(new AggregateException(stopped, new AggregateException(stopped))));
        Assert.True(CellStoppedException.IsAllOf(new TargetInvocationException(new TypeInitializationException("Type", stopped))));
        Assert.False(CellStoppedException.IsAllOf(new AggregateException(stopped, other)));
        Assert.False(CellStoppedException.IsAllOf(new TargetInvocationException(null)));
        Assert.False(CellStoppedException.IsAllOf(new InvalidOperationException("wraps", stopped)));
        Assert.False(CellStoppedException.IsAllOf(other));
    }
}
