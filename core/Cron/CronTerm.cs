using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Stash.Core.Cron;

/// <summary>One term of a field: <c>*</c>, <c>?</c>, <c>n</c>, <c>a-b</c>, each with <c>/step</c>; <c>n/step</c> runs to the field's end.</summary>
internal static class CronTerm
{
    public static bool TryParse(string term, CronField field, out CronValues values, [NotNullWhen(false)] out string? fault)
    {
        values = default;
        var parts = term.Split('/');
        if (parts.Length > 2)
        {
            return Fail($"{field.Name} \"{term}\" has more than one slash: write a range and one step, such as {field.Least}-{field.Most}/2", out fault);
        }

        if (!TryParseRange(parts[0], term, field, out var first, out var last, out var star, out fault))
        {
            return false;
        }

        var step = 1L;
        if (parts.Length == 2)
        {
            if (!TryParseInteger(parts[1], out step) || step < 1)
            {
                return Fail($"{field.Name} \"{term}\" has step \"{parts[1]}\": a step is a whole number of 1 or more", out fault);
            }

            star &= step == 1;
            last = parts[0].Contains('-') ? last : field.Most;
        }

        if (!Within(term, field, first, last, out fault))
        {
            return false;
        }

        var bits = 0UL;
        for (var value = first; value <= last; value += Math.Min(step, field.Most + 1))
        {
            bits |= 1UL << (int)value;
        }

        values = new CronValues(bits, star);
        return true;
    }

    private static bool TryParseRange(string range, string term, CronField field, out long first, out long last, out bool star, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        var ends = range.Split('-');
        star = ends[0] is "*" or "?";
        (first, last) = (field.Least, field.Most);
        if (star)
        {
            // robfig/cron takes a star for the whole range whatever follows it, and so does the API server.
            return true;
        }

        if (ends.Length > 2)
        {
            return Fail($"{field.Name} \"{term}\" has more than one hyphen: a range is {field.Least}-{field.Most} or within", out fault);
        }

        if (!TryParseValue(ends[0], field, out first))
        {
            return NoValue(ends[0], term, field, out fault);
        }

        last = first;
        return ends.Length == 1 || TryParseValue(ends[1], field, out last) || NoValue(ends[1], term, field, out fault);
    }

    private static bool Within(string term, CronField field, long first, long last, [NotNullWhen(false)] out string? fault)
    {
        if (first < field.Least)
        {
            return Fail(string.Create(CultureInfo.InvariantCulture, $"{field.Name} {first} is below {field.Least}: it takes {field.Allowed}"), out fault);
        }

        var highest = Math.Max(first, last);
        if (highest > field.Most)
        {
            var sunday = field == CronField.DayOfWeek && highest == 7 ? "; Sunday is 0" : "";
            return Fail(string.Create(CultureInfo.InvariantCulture, $"{field.Name} {highest} is above {field.Most}: it takes {field.Allowed}{sunday}"), out fault);
        }

        fault = null;
        return first <= last
            || Fail($"{field.Name} \"{term}\" runs backwards: a range cannot wrap around, write two ranges with a comma", out fault);
    }

    private static bool NoValue(string text, string term, CronField field, [NotNullWhen(false)] out string? fault)
    {
        var unknown = field.Names is null ? "no number" : "no number and no name";
        var what = text.Length == 0 ? "misses a number" : text == term ? $"is {unknown}" : $"has \"{text}\", which is {unknown}";
        var hint = text switch
        {
            "L" or "W" or "l" or "w" => "; CronJobs know no L and no W",
            _ when text.Contains('#') => "; CronJobs know no #",
            ['h', ..] when field.Names is null => "; the spread is written with a capital H",
            _ => "",
        };
        return Fail($"{field.Name} \"{term}\" {what}: it takes {field.Allowed}{hint}", out fault);
    }

    private static bool TryParseValue(string text, CronField field, out long value)
    {
        var name = field.Names is null ? -1 : Array.IndexOf(field.Names, text.ToLowerInvariant());
        value = field.Least + name;
        return name >= 0 || TryParseInteger(text, out value);
    }

    // A leading plus is allowed, as Go's strconv.Atoi allows it; a minus never gets here but in a step.
    private static bool TryParseInteger(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool Fail(string sentence, [NotNullWhen(false)] out string? fault)
    {
        fault = sentence;
        return false;
    }
}
