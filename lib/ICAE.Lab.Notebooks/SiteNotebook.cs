namespace ICAE.Lab.Notebooks;

/// <summary>A notebook of a site.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Title">Its title.</param>
/// <param name="Page">The name of its HTML file in the site's folder.</param>
/// <param name="Introduction">The first paragraph behind its title.</param>
/// <param name="Result">How its execution went.</param>
public sealed record SiteNotebook(string Path, string Title, string Page, string Introduction, NotebookRunResult Result);
