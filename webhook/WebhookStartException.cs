namespace Stash.Webhook;

/// <summary>The process cannot start as it was told to; the message says what to mend.</summary>
public sealed class WebhookStartException(string message, Exception? innerException = null) : Exception(message, innerException);
