namespace ICAE.Lab.Jupyter;

/// <summary>Why a message was dropped.</summary>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Detail">What exactly, for a log. Holds nothing of the message's content.</param>
public sealed record MessageRejection(MessageRejectionReason Reason, string Detail)
{
    /// <summary>The reason and its detail in one line.</summary>
    public override string ToString() => $"message dropped ({Reason}): {Detail}";
}
