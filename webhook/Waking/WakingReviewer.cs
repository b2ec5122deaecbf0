using Stash.Webhook.Validation;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Waking;

/// <summary>Judges objects, and wakes sync for those that are let in.</summary>
internal sealed class WakingReviewer(ObjectReviewer reviewer, SyncWaker waker) : IReviewer
{
    /// <inheritdoc/>
    public string Kind => reviewer.Kind;

    /// <inheritdoc/>
    public async ValueTask<AdmissionReply> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var reply = await reviewer.ReviewAsync(request, cancellationToken);
        if (reply.Status is null && WakeRules.Matter(request))
        {
            waker.Wake();
        }

        return reply;
    }
}
