using Stash.Core.Api;
using Stash.Core.Cron;

namespace Stash.Core.Validation;

/// <summary>How long sessions run, how often they are tried, how many are remembered.</summary>
internal static class SessionLimitRules
{
    public static void Check(BackupConfigurationSpec spec, Findings findings)
    {
        if (spec.BackupHistoryLimit is < 0 and var limit)
        {
            findings.Invalid(FieldPath.Spec["backupHistoryLimit"], limit, "must not be negative; 0 keeps no finished session");
        }

        CheckDuration(spec.TimeOut, FieldPath.Spec["timeOut"], findings);
        if (spec.RetryConfig is { } retry)
        {
            var field = FieldPath.Spec["retryConfig"];
            findings.Warn(field, "not acted on by this version: a failed session waits for the next scheduled one");
            CheckDuration(retry.Delay, field["delay"], findings);
            if (retry.MaxRetry is < 0 and var most)
            {
                findings.Invalid(field["maxRetry"], most, "must not be negative; 0 tries only once");
            }
        }

        if (spec.Paused == true)
        {
            findings.Warn(FieldPath.Spec["paused"], "no backup runs until it is false");
        }
    }

    private static void CheckDuration(string? text, FieldPath field, Findings findings)
    {
        if (text is null)
        {
            return;
        }

        if (!GoDuration.TryParse(text, out var value, out var fault))
        {
            findings.Invalid(field, text, $"must be a duration such as 30m or 1h30m: {fault}");
        }
        else if (value <= TimeSpan.Zero)
        {
            findings.Invalid(field, text, "must be longer than 0s, or left out");
        }
    }
}
