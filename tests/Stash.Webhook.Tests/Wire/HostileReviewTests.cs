using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stash.Webhook.Options;
using Stash.Webhook.Pods;
using Stash.Webhook.Validation;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Tests.Wire;

/// <summary>Good reviews with a few bytes changed at random: read or refused, never anything else. The seed is fixed.</summary>
public sealed class HostileReviewTests
{
    private const int Rounds = 4000;

    [Fact]
    public async Task Reviewers_AnswerOrRefuse_WhenBytesAreChanged()
    {
        var kubernetes = Samples.Cluster();
        var options = new WebhookOptions { CertificatePath = "", KeyPath = "", Image = "stash-runner:1" };
        IReviewer[] reviewers =
        [
            new PodReviewer(
                kubernetes, options, new ConfigLookup(kubernetes, options.LookupDeadline, TimeProvider.System), TimeProvider.System,
                NullLogger<PodReviewer>.Instance),
            new ObjectReviewer(new Surroundings(kubernetes, options, TimeProvider.System, NullLogger<Surroundings>.Instance)),
        ];
        var seeds = new[]
        {
            Samples.PodReview(),
            Samples.Review("stash.appscode.com", "BackupConfiguration", "CREATE", Samples.Config()),
            Samples.Review("stash.appscode.com", "Repository", "UPDATE", Samples.Repository(), Samples.Config()),
        }.Select(review => Encoding.UTF8.GetBytes(review.ToJsonString())).ToArray();
        var random = new Random(20261121);
        var read = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutation.Of(seeds[round % seeds.Length], random);
            try
            {
                using var review = AdmissionReview.Parse(body);
                var reply = await reviewers[round % seeds.Length == 0 ? 0 : 1].ReviewAsync(review.Request, TestContext.Current.CancellationToken);
                ReplyWriter.Write(review.Request.Uid, reply).IsEmpty.ShouldBeFalse();
                read++;
            }
            catch (MalformedReviewException)
            {
                continue;
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"round {round}: {Encoding.Latin1.GetString(body)}", fault);
            }
        }

        // Most changes break the JSON; enough must get through for this to say something about what comes after parsing.
        read.ShouldBeInRange(Rounds / 20, Rounds - 1);
    }
}
