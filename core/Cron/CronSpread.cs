using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Stash.Core.Cron;

/// <summary>
/// The H of Jenkins' schedules: <c>H</c>, <c>H/15</c>, <c>H(0-29)</c>, <c>H(0-29)/10</c> become the same value for the same seed and
/// field for ever (SHA-256), and others for another seed. In the day of month a single H stays within 1-28, days that every month has.
/// </summary>
internal static class CronSpread
{
    public static bool IsSpread(string term) => term is "H" or ['H', '/' or '(' or '-', ..];

    /// <summary>Replaces the term by plain cron.</summary>
    public static bool TryResolve(ref string term, CronField field, string seed, [NotNullWhen(false)] out string? fault)
    {
        var rest = term.AsSpan(1);
        var (first, last) = (field.Least, field.MostSpread);
        if (rest is ['(', ..])
        {
            var end = rest.IndexOf(')');
            if (end < 0 || !TryParseRange(rest[1..end], out first, out last) || first < field.Least || last > field.Most || first > last)
            {
                fault = $"{field.Name} \"{term}\": in brackets after H stands a range within {field.Least}-{field.Most}, such as H({field.Least}-{field.MostSpread / 2})";
                return false;
            }

            rest = rest[(end + 1)..];
        }
        else if (rest is ['/', ..])
        {
            last = field.Most;
        }

        var step = 0;
        if (!rest.IsEmpty && (rest[0] != '/' || !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1))
        {
            fault = $"{field.Name} \"{term}\": H is followed by nothing, a range in brackets or a step of 1 or more, such as H(0-29)/10";
            return false;
        }

        fault = null;
        var width = last - first + 1;
        var offset = (int)(Hash(seed, field) % (ulong)(step == 0 ? width : Math.Min(step, width)));
        term = step == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{first + offset}")
            : string.Create(CultureInfo.InvariantCulture, $"{first + offset}-{last}/{step}");
        return true;
    }

    private static bool TryParseRange(ReadOnlySpan<char> text, out int first, out int last)
    {
        last = 0;
        var hyphen = text.IndexOf('-');
        return int.TryParse(hyphen < 0 ? [] : text[..hyphen], NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && int.TryParse(text[(hyphen + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out last);
    }

    private static ulong Hash(string seed, CronField field) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{field.Name}")));
}
