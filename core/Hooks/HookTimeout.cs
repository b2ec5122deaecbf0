using Stash.Core.Api;
using Stash.Core.Cron;

namespace Stash.Core.Hooks;

/// <summary>How long a hook may take, in all its pods together.</summary>
public static class HookTimeout
{
    /// <summary>Where the hook does not say.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromMinutes(5);

    /// <summary>The longest that may be asked for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>Of a hook; <see cref="Default"/> where what it says is no duration, which validation lets through nowhere.</summary>
    public static TimeSpan Of(Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return hook.Timeout is { Length: > 0 } text && GoDuration.TryParse(text, out var value, out _) && value > TimeSpan.Zero
            ? value < Longest ? value : Longest
            : Default;
    }
}
