using static TorchSharp.torch;

namespace ICAE.Lab.Models;

/// <summary>
/// A named tensor of a model. The tensor behind the name can be replaced, as when an optimiser gathers all trainables in one buffer.
/// It belongs to no dispose scope.
/// </summary>
public sealed class Weight : IDisposable
{
    private Tensor _value;

    /// <summary>Takes the tensor over.</summary>
    /// <param name="name">The name under which it is stored.</param>
    /// <param name="value">The tensor; detached from its dispose scope here.</param>
    public Weight(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Name = name;
        _value = value.DetachFromDisposeScope();
    }

    /// <summary>The name under which it is stored.</summary>
    public string Name { get; }

    /// <summary>The tensor, owned by this weight.</summary>
    public Tensor Value => _value;

    /// <summary>Puts another tensor of the same shape in place and disposes the old one.</summary>
    /// <param name="value">The new tensor; taken over.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Replace(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!value.shape.AsSpan().SequenceEqual(_value.shape))
        {
            throw new ArgumentException($"{Name} has the shape [{string.Join(", ", _value.shape)}], not [{string.Join(", ", value.shape)}].", nameof(value));
        }

        var old = _value;
        _value = value.DetachFromDisposeScope();
        old.Dispose();
    }

    /// <summary>The tensor in another type; the same handle's storage where it has that type already. Gradients flow through.</summary>
    /// <param name="dtype">The type wanted.</param>
    /// <returns>A tensor of the current dispose scope, or this weight's own where no change is needed.</returns>
    internal Tensor As(ScalarType dtype) => _value.dtype == dtype ? _value : _value.to(dtype);

    /// <inheritdoc/>
    public void Dispose() => _value.Dispose();
}
