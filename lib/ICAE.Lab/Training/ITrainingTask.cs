using ICAE.Lab.Models;

namespace ICAE.Lab.Training;

/// <summary>What the loop trains: where batches come from, what the loss is, what comes out.</summary>
public interface ITrainingTask : IDisposable
{
    /// <summary>The weights to train, in a fixed order.</summary>
    IReadOnlyList<Weight> Trainables { get; }

    /// <summary>What must be remembered beside the weights.</summary>
    TaskState State { get; set; }

    /// <summary>Draws a batch, computes its loss and adds the gradients to the trainables.</summary>
    /// <param name="step">The update, from 0.</param>
    /// <param name="part">Which of the batches of this update.</param>
    /// <param name="parts">How many batches share this update; the loss is divided by it.</param>
    /// <returns>What the batch gave.</returns>
    StepReport Backward(long step, int part, int parts);

    /// <summary>Measures on the validation texts; changes nothing.</summary>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>Named values.</returns>
    IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation);

    /// <summary>Writes what the run has made.</summary>
    /// <param name="folder">The folder, made if need be; the encoder of a base that was trained with one is written beside it.</param>
    void Export(string folder);
}
