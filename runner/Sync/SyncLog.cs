using Microsoft.Extensions.Logging;

namespace Stash.Runner.Sync;

/// <summary>Every line that sync logs; the first word says what it is about.</summary>
internal static partial class SyncLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "apply    {Kind} {Namespace}/{Name}: {What}")]
    public static partial void Applied(this ILogger log, string kind, string @namespace, string name, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "delete   {Kind} {Namespace}/{Name}: {What}")]
    public static partial void Deleted(this ILogger log, string kind, string @namespace, string name, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "config   {Namespace}/{Name}: {Phase}")]
    public static partial void ConfigSynced(this ILogger log, string @namespace, string name, string phase);

    [LoggerMessage(Level = LogLevel.Warning, Message = "config   {Namespace}/{Name}: {Phase}: {Reason}")]
    public static partial void ConfigNotApplied(this ILogger log, string @namespace, string name, string phase, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "config   {Namespace}/{Name}: {Reason}")]
    public static partial void ConfigFailed(this ILogger log, string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "session  {Namespace}/{Name}: {What}: {Reason}")]
    public static partial void OrphanClosed(this ILogger log, string @namespace, string name, string what, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "session  {Namespace}/{Name}: could not be closed: {Reason}")]
    public static partial void OrphanNotClosed(this ILogger log, string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "session  {Namespace}/{Name}: {What} by Job {Job}")]
    public static partial void SessionStarted(this ILogger log, string @namespace, string name, string what, string job);

    [LoggerMessage(Level = LogLevel.Error, Message = "session  {Namespace}/{Name}: could not be started: {Reason}")]
    public static partial void SessionNotStarted(this ILogger log, string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "pod      {Namespace}/{Name}: has no sidecar: {What}")]
    public static partial void PodReplaced(this ILogger log, string @namespace, string name, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "pod      {Namespace}/{Name}: has no sidecar, and could not be evicted: {Reason}")]
    public static partial void PodNotReplaced(this ILogger log, string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "webhook  {Namespace}/{Name}: whether it serves is not known: {Reason}")]
    public static partial void WebhookUnknown(this ILogger log, string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "sync     {Reason}")]
    public static partial void SyncFailed(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "sync     {Configs} configs: {Written} objects written, {Unchanged} unchanged, {Failures} failures")]
    public static partial void Synced(this ILogger log, int configs, int written, int unchanged, int failures);
}
