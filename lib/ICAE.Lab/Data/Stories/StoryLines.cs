using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ICAE.Lab.Data.Stories;

/// <summary>Stories as JSON lines, in UTF-8 with line feeds: the same stories give the same bytes everywhere.</summary>
public static class StoryLines
{
    private static readonly uint AskedStream = CounterRandom.StreamOf("asked");

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A story as a passage: kind "story", and each story a book of its own, since none depends on another.</summary>
    /// <param name="story">The story.</param>
    /// <param name="seed">The seed of its set, for its id.</param>
    /// <returns>The passage, which <see cref="JsonLines"/> writes and reads.</returns>
    public static Passage ToPassage(Story story, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(story);
        var id = Id(story, seed);
        return new Passage { Id = id, Kind = "story", Text = story.Text, Book = id, Source = "generated" };
    }

    /// <summary>
    /// A story with some of its questions and their answers behind it, each on a line of its own, as one running text: what a base reads that shall
    /// understand questions before an autoencoder on it learns to answer them.
    /// </summary>
    /// <param name="story">The story.</param>
    /// <param name="seed">The seed of its set: it decides which questions, and in which order.</param>
    /// <param name="questions">How many; where the story has fewer, all of them.</param>
    /// <returns>The passage; its kind is "story", its id that of the story.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than one question.</exception>
    public static Passage ToAskedPassage(Story story, ulong seed, int questions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(questions, 1);
        var passage = ToPassage(story, seed);
        if (story.Questions.Count == 0)
            return passage;

        var order = new KeyedPermutation(story.Questions.Count, seed, AskedStream, (ulong)story.Number);
        var asked = Enumerable.Range(0, Math.Min(questions, story.Questions.Count)).Select(place => story.Questions[(int)order[place]]);
        return passage with { Text = string.Join('\n', asked.SelectMany(question => (string[])[question.Text, question.Answer]).Prepend(story.Text)) };
    }

    /// <summary>
    /// Writes the questions of stories, one a line, with "input" (the story), "prompt" and "answer", which <see cref="PromptWithContext"/> reads,
    /// and besides "id" (of the story), "kind" (of the question) and "distance" (<see cref="StoryQuestion.Distance"/>).
    /// </summary>
    /// <param name="destination">Where to; it stays open.</param>
    /// <param name="stories">The stories.</param>
    /// <param name="seed">The seed of their set, for their ids.</param>
    /// <returns>How many questions were written.</returns>
    public static long WriteQuestions(Stream destination, IEnumerable<Story> stories, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(stories);
        using var writer = new Utf8JsonWriter(destination, WriterOptions);
        var count = 0L;
        foreach (var story in stories)
        {
            foreach (var question in story.Questions)
            {
                writer.WriteStartObject();
                writer.WriteString("id", Id(story, seed));
                writer.WriteString("input", story.Text);
                writer.WriteString("prompt", question.Text);
                writer.WriteString("answer", question.Answer);
                writer.WriteString("kind", question.Kind.ToString().ToLowerInvariant());
                writer.WriteNumber("distance", question.Distance);
                writer.WriteEndObject();
                writer.Flush();
                destination.WriteByte((byte)'\n');
                writer.Reset();
                count++;
            }
        }
        return count;
    }

    private static string Id(Story story, ulong seed) =>
        string.Create(CultureInfo.InvariantCulture, $"story-{story.Split.Name()}-{seed}-{story.Number}");
}
