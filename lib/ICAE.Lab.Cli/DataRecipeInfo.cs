using System.Globalization;
using ICAE.Lab.Data;
using ICAE.Lab.Data.Corpora;

namespace ICAE.Lab.Cli;

/// <summary>What <c>icae data list</c> says of a recipe.</summary>
/// <param name="Name">Its name.</param>
/// <param name="What">What it gives.</param>
/// <param name="Licence">Under what licence.</param>
/// <param name="Size">How much it is.</param>
/// <param name="Source">Where from.</param>
/// <param name="Example">A command line.</param>
internal sealed record DataRecipeInfo(string Name, string What, string Licence, string Size, string Source, string Example)
{
    /// <summary>The recipes that there are.</summary>
    public static IReadOnlyList<DataRecipeInfo> All { get; } =
    [
        new(
            StandardEbooksRecipe.RecipeName,
            string.Create(CultureInfo.InvariantCulture, $"English books, the kind of corpus that the shipped models were trained on: {Count(DataSplit.Train)} for training, {Count(DataSplit.Validation)} for validation, {Count(DataSplit.Test)} for tests"),
            "CC0 1.0; public domain in the United States",
            string.Create(CultureInfo.InvariantCulture, $"{StandardEbooksRecipe.Books.Count} books, about {StandardEbooksRecipe.Books.Sum(book => book.ShippedCharacters) / 1e6:N0} million characters"),
            $"{StandardEbooksRecipe.PublicServer} (github.com/standardebooks), pinned commits",
            "icae data fetch standard-ebooks"),
        new(
            GutenbergRecipe.RecipeName,
            "any book of Project Gutenberg by its number, as plain text without the licence around it",
            "public domain in the United States; elsewhere see the book's page",
            "as the books are",
            GutenbergRecipe.PublicServer,
            "icae data fetch gutenberg --books 1342,11"),
        new(
            HubDatasetRecipe.RecipeName,
            "a file of JSON lines of a data set at a hub: texts, or inputs with prompts and answers",
            "as the data set's card says",
            "as the file is",
            Formats.Hub.HubEndpoint.PublicHub,
            "icae data fetch hub --repository sggetao/PwC --file PwC_test.jsonl"),
    ];

    private static int Count(DataSplit split) => StandardEbooksRecipe.Books.Count(book => book.Split == split);
}
