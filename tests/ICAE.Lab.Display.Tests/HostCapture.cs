using System.Collections.Concurrent;

namespace ICAE.Lab.Display.Tests;

/// <summary>Stands in for a kernel that updates displays, until it is disposed.</summary>
internal sealed class HostCapture : IDisposable
{
    public HostCapture() => AppDomain.CurrentDomain.SetData(NotebookHost.UpdateKey, (Func<string, IReadOnlyDictionary<string, string>, bool, bool>)Take);

    public ConcurrentQueue<(string Id, IReadOnlyDictionary<string, string> Content, bool IsUpdate)> Calls { get; } = [];

    public void Dispose() => AppDomain.CurrentDomain.SetData(NotebookHost.UpdateKey, null);

    private bool Take(string id, IReadOnlyDictionary<string, string> content, bool isUpdate)
    {
        Calls.Enqueue((id, content, isUpdate));
        return true;
    }
}
