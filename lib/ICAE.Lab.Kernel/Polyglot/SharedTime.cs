using System.Globalization;

namespace ICAE.Lab.Kernel.Polyglot;

/// <summary>
/// Times as texts, to the microsecond, as Python counts. A <see cref="DateTime"/> in UTC has the offset zero, any other none: it is what a
/// clock showed.
/// </summary>
internal static class SharedTime
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.ffffff";

    public static string Write(DateTime time) => time.ToString(Format, CultureInfo.InvariantCulture) + (time.Kind == DateTimeKind.Utc ? "+00:00" : "");

    public static string Write(DateTimeOffset time) => time.ToString(Format + "zzz", CultureInfo.InvariantCulture);

    /// <summary>Reads a time.</summary>
    /// <returns>A <see cref="DateTime"/> if there is no offset or the offset is zero, else a <see cref="DateTimeOffset"/>.</returns>
    public static object Read(string text)
    {
        const DateTimeStyles Styles = DateTimeStyles.RoundtripKind;
        if (text.IndexOfAny(['+', 'Z'], Format.IndexOf('T', StringComparison.Ordinal)) < 0 && text.LastIndexOf('-') < Format.IndexOf('T', StringComparison.Ordinal))
            return DateTime.Parse(text, CultureInfo.InvariantCulture, Styles);

        var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, Styles);
        return time.Offset == TimeSpan.Zero ? time.UtcDateTime : time;
    }

    /// <summary>Whether all times of a column are in UTC.</summary>
    public static bool AreUtc(DateTime[] times, SharedColumn column)
    {
        var present = times.Where((_, row) => !column.IsMissing(row)).ToList();
        return present.Count > 0 && present.TrueForAll(time => time.Kind == DateTimeKind.Utc);
    }
}
