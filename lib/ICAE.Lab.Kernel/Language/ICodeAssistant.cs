namespace ICAE.Lab.Kernel.Language;

/// <summary>A language that knows what could stand at a place and what is known of a name. Places are UTF-16 units of the language's own lines.</summary>
internal interface ICodeAssistant
{
    /// <summary>Finds what could stand at a place.</summary>
    /// <param name="code">The lines.</param>
    /// <param name="position">The place: from 0 to the length of the lines.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The possibilities, with places in the same lines.</returns>
    Task<Completion> CompleteAsync(string code, int position, CancellationToken cancellationToken);

    /// <summary>Says what is known of the name at a place.</summary>
    /// <param name="code">The lines.</param>
    /// <param name="position">The place: in a name, or behind it.</param>
    /// <param name="inFull">Whether more than a summary is wanted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What is known; <see langword="null"/> if there is no name, or nothing is known of it.</returns>
    Task<MimeBundle?> InspectAsync(string code, int position, bool inFull, CancellationToken cancellationToken);
}
