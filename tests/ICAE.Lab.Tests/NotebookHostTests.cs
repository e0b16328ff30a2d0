namespace ICAE.Lab.Tests;

[Collection("torch")]
public sealed class NotebookHostTests : IDisposable
{
    private static readonly Dictionary<string, string> Content = new() { ["text/plain"] = "a" };

    public void Dispose()
    {
        AppDomain.CurrentDomain.SetData(NotebookHost.UpdateKey, null);
        AppDomain.CurrentDomain.SetData(NotebookHost.CancellationKey, null);
    }

    [Fact]
    public void Without_a_host_nothing_is_shown_and_nothing_cancels()
    {
        Assert.False(NotebookHost.CanUpdate);
        Assert.False(NotebookHost.Show("a", Content));
        Assert.False(NotebookHost.Replace("a", Content));
        Assert.False(NotebookHost.CellCancellation.CanBeCanceled);
    }

    [Fact]
    public void What_has_another_type_counts_as_missing()
    {
        AppDomain.CurrentDomain.SetData(NotebookHost.UpdateKey, (Func<string, bool>)(_ => true));
        AppDomain.CurrentDomain.SetData(NotebookHost.CancellationKey, "token");

        Assert.False(NotebookHost.CanUpdate);
        Assert.False(NotebookHost.CellCancellation.CanBeCanceled);
    }

    [Fact]
    public void A_host_is_told_what_is_new_and_what_replaces()
    {
        var calls = new List<(string, string, bool)>();
        AppDomain.CurrentDomain.SetData(NotebookHost.UpdateKey, (Func<string, IReadOnlyDictionary<string, string>, bool, bool>)((id, content, isUpdate) =>
        {
            calls.Add((id, content["text/plain"], isUpdate));
            return !isUpdate;
        }));

        Assert.True(NotebookHost.Show("one", Content));
        Assert.False(NotebookHost.Replace("one", Content));
        Assert.Equal([("one", "a", false), ("one", "a", true)], calls);
    }

    [Fact]
    public void The_callers_own_token_wins_over_the_cells()
    {
        using var cell = new CancellationTokenSource();
        using var own = new CancellationTokenSource();
        AppDomain.CurrentDomain.SetData(NotebookHost.CancellationKey, (Func<CancellationToken>)(() => cell.Token));

        Assert.Equal(cell.Token, NotebookHost.OrCell(default));
        Assert.Equal(own.Token, NotebookHost.OrCell(own.Token));
    }
}
