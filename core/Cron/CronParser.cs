using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Stash.Core.Cron;

/// <summary>Parses a schedule; the grammar is robfig/cron v3's ParseStandard, which the API server uses for CronJobs.</summary>
internal sealed class CronParser(string seed)
{
    private const string Every = "@every ";

    private const string Descriptors = "@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly or @every and a duration such as 1h30m";

    public bool TryParse(
        string text,
        [NotNullWhen(true)] out string? resolved,
        [NotNullWhen(true)] out IOccurrences? occurrences,
        [NotNullWhen(false)] out string? fault)
    {
        (resolved, occurrences) = (null, null);
        if (text.Contains("TZ=", StringComparison.Ordinal))
        {
            fault = "a time zone has no place in the schedule: leave out TZ= or CRON_TZ= and set spec.timeZone";
            return false;
        }

        if (text.StartsWith('@'))
        {
            return TryParseDescriptor(text, out resolved, out occurrences, out fault);
        }

        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != CronField.All.Length)
        {
            fault = CountFault(words);
            return false;
        }

        var values = new CronValues[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!TryParseField(ref words[i], CronField.All[i], out values[i], out fault))
            {
                return false;
            }
        }

        resolved = string.Join(' ', words);
        occurrences = new CalendarOccurrences(values[0], values[1], values[2], values[3], values[4]);
        fault = null;
        return true;
    }

    private static string CountFault(string[] words)
    {
        var hint = words.Length switch
        {
            1 when words[0].StartsWith('@') => "; take away the blanks before the descriptor",
            6 => "; CronJobs know no field for seconds or years",
            _ => "",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"a schedule has five fields (minute, hour, day of month, month, day of week), not {words.Length}{hint}");
    }

    private bool TryParseDescriptor(
        string text,
        [NotNullWhen(true)] out string? resolved,
        [NotNullWhen(true)] out IOccurrences? occurrences,
        [NotNullWhen(false)] out string? fault)
    {
        (resolved, occurrences) = (text, null);
        if (text.StartsWith(Every, StringComparison.Ordinal))
        {
            if (!GoDuration.TryParse(text[Every.Length..], out var delay, out fault))
            {
                fault = $"@every takes a duration such as 1h30m: {fault}";
                return false;
            }

            occurrences = new DelayOccurrences(delay);
            return true;
        }

        var fields = text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => null,
        };
        if (fields is null)
        {
            fault = $"{Shown(text)} is no descriptor: write {Descriptors}";
            return false;
        }

        return TryParse(fields, out _, out occurrences, out fault);
    }

    private bool TryParseField(ref string word, CronField field, out CronValues values, [NotNullWhen(false)] out string? fault)
    {
        values = default;
        fault = null;
        var terms = word.Split(',', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < terms.Length; i++)
        {
            if (CronSpread.IsSpread(terms[i]) && !CronSpread.TryResolve(ref terms[i], field, seed, out fault))
            {
                return false;
            }

            if (!CronTerm.TryParse(terms[i], field, out var term, out fault))
            {
                return false;
            }

            values = new CronValues(values.Bits | term.Bits, values.Star || term.Star);
        }

        word = terms.Length == 0 ? word : string.Join(',', terms);
        return true;
    }

    private static string Shown(string text) => text.Length <= 40 ? $"\"{text}\"" : $"\"{text[..40]}...\"";
}
