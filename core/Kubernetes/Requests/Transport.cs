using System.Net.Http.Headers;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Stash.Core.Kubernetes.Connection;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>Sends requests, again where that can help, until the deadline.</summary>
internal sealed class Transport : IDisposable
{
    private static readonly ResiliencePropertyKey<ApiRequest> RequestKey = new("request");
    private static readonly ResiliencePropertyKey<long> StartKey = new("start");
    private static readonly ResiliencePropertyKey<Outcome<ApiReply>?> LastKey = new("last");

    private readonly ClusterConnection connection;
    private readonly KubernetesConnectionOptions options;
    private readonly SocketsHttpHandler handler;
    private readonly ResiliencePipeline<ApiReply> pipeline;
    private readonly string root;

    public Transport(ClusterConnection connection, KubernetesConnectionOptions options)
    {
        this.connection = connection;
        this.options = options;
        root = connection.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        handler = Handler.Create(connection);
        Invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        pipeline = new ResiliencePipelineBuilder<ApiReply> { TimeProvider = options.Time }
            .AddRetry(new RetryStrategyOptions<ApiReply>
            {
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.Zero,
                ShouldHandle = args => ValueTask.FromResult(MayRetry(args.Context, args.Outcome)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Delay(args.Context, args.Outcome, args.AttemptNumber)),
            })
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = args => ValueTask.FromResult(Shorter(options.RequestTimeout, Remaining(args.Context))),
            })
            .Build();
    }

    /// <summary>The API server, for messages and for exec.</summary>
    public Uri Server => connection.Server;

    /// <summary>Sends one message as it is, with the connection's trust and identity.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>Sends a request.</summary>
    /// <exception cref="KubernetesException">Refused, or not answered before the deadline.</exception>
    public async Task<ApiReply> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RequestKey, request);
        context.Properties.Set(LastKey, null);
        context.Properties.Set(StartKey, options.Time.GetTimestamp());
        try
        {
            var reply = await pipeline.ExecuteAsync(static (c, self) => new ValueTask<ApiReply>(self.AttemptAsync(c)), context, this)
                .ConfigureAwait(false);
            return reply.IsSuccess ? reply : throw Refused(request, reply);
        }
        catch (TimeoutRejectedException) when (context.Properties.GetValue(LastKey, null) is { } last)
        {
            throw last.Result is { } refusal ? Refused(request, refusal) : Refusals.Unreachable(connection.Server, last.Exception!);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw Refusals.Unreachable(connection.Server, exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>
    /// Headers that say who speaks, read anew each time; and to whom: .NET takes the name in the server's certificate from <c>Host</c>,
    /// whatever the TLS options say.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string>> Identity()
    {
        if (connection.Token is { } token)
        {
            yield return new("Authorization", "Bearer " + token.Current());
        }

        foreach (var header in connection.Impersonation)
        {
            yield return header;
        }

        if (connection.TlsServerName is { } name)
        {
            yield return new("Host", name);
        }

        yield return new("User-Agent", options.UserAgent);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Invoker.Dispose();
        handler.Dispose();
    }

    private async Task<ApiReply> AttemptAsync(ResilienceContext context)
    {
        var request = context.Properties.GetValue(RequestKey, null!);
        using var message = new HttpRequestMessage(request.Method, root + request.Path);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (request.Streams)
        {
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.5));
        }

        foreach (var (name, value) in Identity())
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        var response = await Invoker.SendAsync(message, context.CancellationToken).ConfigureAwait(false);
        if (request.Streams && response.IsSuccessStatusCode)
        {
            return new(response.StatusCode, [], RetryAfter: null, response);
        }

        using (response)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(context.CancellationToken).ConfigureAwait(false);
            return new(response.StatusCode, bytes, WaitAsked(response.Headers.RetryAfter), Open: null);
        }
    }

    private bool MayRetry(ResilienceContext context, Outcome<ApiReply> outcome)
    {
        var repeatable = context.Properties.GetValue(RequestKey, null!).Repeatable;
        var transient = outcome.Exception is { } exception
            ? RetryRules.IsTransient(exception, repeatable)
            : RetryRules.IsTransient(outcome.Result!.StatusCode, repeatable);
        if (transient && outcome.Exception is not TimeoutRejectedException)
        {
            context.Properties.Set(LastKey, outcome);
        }

        return transient && Remaining(context) > (outcome.Result?.RetryAfter ?? TimeSpan.Zero);
    }

    private KubernetesException Refused(ApiRequest request, ApiReply reply) =>
        Refusals.From(reply.StatusCode, reply.Body, $"{request.Method} {root}{request.Path}");

    private TimeSpan Delay(ResilienceContext context, Outcome<ApiReply> outcome, int attempt) =>
        Shorter(outcome.Result?.RetryAfter ?? RetryRules.BackOff(attempt, Random.Shared.NextDouble()), Remaining(context));

    private TimeSpan Remaining(ResilienceContext context) =>
        options.Deadline - options.Time.GetElapsedTime(context.Properties.GetValue(StartKey, 0));

    private TimeSpan? WaitAsked(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - options.Time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other)
    {
        var shorter = one < other ? one : other;
        return shorter > TimeSpan.Zero ? shorter : TimeSpan.FromMilliseconds(1);
    }
}
