namespace ICAE.Lab.Tests.Training;

/// <summary>Progress that is told on the thread that reports it.</summary>
internal sealed class InlineProgress<T>(Action<T> told) : IProgress<T>
{
    public void Report(T value) => told(value);
}
