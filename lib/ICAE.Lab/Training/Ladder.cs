using ICAE.Lab.Data;

namespace ICAE.Lab.Training;

/// <summary>Where a run stands on its ladder. Its state goes into every checkpoint.</summary>
public sealed class Ladder
{
    private readonly LadderSettings _settings;

    /// <summary>Starts on the first rung, or where a checkpoint left off.</summary>
    /// <param name="settings">The rungs and rules.</param>
    /// <param name="state">The state to go on from.</param>
    /// <exception cref="ConfigurationException">The settings break a rule, or the state is none of theirs.</exception>
    public Ladder(LadderSettings settings, LadderState? state = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings.Validate();
        State = state ?? new LadderState(0, 0, 0);
        if (State.Rung < 0 || State.Rung >= settings.Rungs.Count || State.Accuracy is not (>= 0 and <= 1) || State.Measurements < 0)
        {
            throw new ConfigurationException(
                $"The ladder's state is none of this run's: rung {State.Rung} of {settings.Rungs.Count}, an accuracy of {State.Accuracy} after {State.Measurements} measurements.");
        }
    }

    /// <summary>The state to store.</summary>
    public LadderState State { get; private set; }

    /// <summary>The hardest open rung.</summary>
    public TrainingRung Limit => _settings.Rungs[State.Rung];

    /// <summary>Draws a rung for a batch.</summary>
    /// <param name="random">Decides.</param>
    /// <returns>The rung's index.</returns>
    public int Draw(CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return State.Rung == 0 || random.NextDouble() < _settings.AtLimitShare ? State.Rung : random.NextInt(State.Rung);
    }

    /// <summary>A rung.</summary>
    /// <param name="index">Its index.</param>
    /// <returns>The rung.</returns>
    public TrainingRung Rung(int index) => _settings.Rungs[index];

    /// <summary>Takes a batch's accuracy into account; only those on the hardest open rung count.</summary>
    /// <param name="rung">The batch's rung.</param>
    /// <param name="accuracy">Its share of right tokens.</param>
    /// <returns>Whether the next rung opened.</returns>
    public bool Report(int rung, double accuracy)
    {
        if (rung != State.Rung)
        {
            return false;
        }

        var running = State.Measurements == 0 ? accuracy : State.Accuracy + (_settings.Smoothing * (accuracy - State.Accuracy));
        State = State with { Accuracy = running, Measurements = State.Measurements + 1 };
        if (State.Measurements < _settings.LeastMeasurements || !(running >= _settings.RaiseAt) || State.Rung == _settings.Rungs.Count - 1)
        {
            return false;
        }

        State = new LadderState(State.Rung + 1, 0, 0);
        return true;
    }
}
