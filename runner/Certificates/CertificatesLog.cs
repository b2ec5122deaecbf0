using Microsoft.Extensions.Logging;

namespace Stash.Runner.Certificates;

/// <summary>Every line that certificates logs; none has a part of a key.</summary>
internal static partial class CertificatesLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "secret   {Namespace}/{Name}: {Reason}: the next certificate is ready, valid until {NotAfter:u}")]
    public static partial void Prepared(this ILogger log, string @namespace, string name, string reason, DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Information, Message = "secret   {Namespace}/{Name}: {What}")]
    public static partial void Written(this ILogger log, string @namespace, string name, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "trust    {Registration}: {Count} authorities")]
    public static partial void PublishedTo(this ILogger log, string registration, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "wait     until {Until:u}: every API server must see whom to trust")]
    public static partial void Settling(this ILogger log, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Information, Message = "wait     {Reason}")]
    public static partial void Waiting(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "wait     {Reason}; given up after {Patience}, try again")]
    public static partial void GaveUp(this ILogger log, string reason, TimeSpan patience);

    [LoggerMessage(Level = LogLevel.Information, Message = "again    somebody else wrote meanwhile: {Reason}")]
    public static partial void Overtaken(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "done     the certificate is valid until {NotAfter:u} and renewed from {Renewal} on")]
    public static partial void Kept(this ILogger log, DateTimeOffset notAfter, string renewal);

    [LoggerMessage(Level = LogLevel.Error, Message = "failed   {Reason}")]
    public static partial void CertificatesFailed(this ILogger log, string reason);
}
