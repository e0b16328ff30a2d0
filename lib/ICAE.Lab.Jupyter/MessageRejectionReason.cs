namespace ICAE.Lab.Jupyter;

/// <summary>The faults for which a message is dropped.</summary>
public enum MessageRejectionReason
{
    /// <summary>It has more frames than allowed.</summary>
    TooManyFrames,

    /// <summary>It has more bytes than allowed.</summary>
    TooLarge,

    /// <summary>The delimiter or one of the five frames behind it is missing.</summary>
    Incomplete,

    /// <summary>Its signature is not that of its frames.</summary>
    BadSignature,

    /// <summary>Its signature was seen before.</summary>
    Replayed,

    /// <summary>A frame is not a JSON object in UTF-8, is nested too deeply, or has a key twice.</summary>
    MalformedJson,

    /// <summary>Its header lacks a field or has one of the wrong type.</summary>
    MalformedHeader,

    /// <summary>The program that was to take it failed; the connection goes on.</summary>
    HandlerFailed,

    /// <summary>It could not be sent: the queue is full.</summary>
    NotSent,
}
