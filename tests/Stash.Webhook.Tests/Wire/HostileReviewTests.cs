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
    private static readonly string[] Pieces = ["{", "}", "[", "]", "null", "\"", "\\ud800", "1e999", "-", "true", ",", ":", "{}", "[]", "\u0000", "\u00ff"];

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
            var body = Mutate(seeds[round % seeds.Length], random);
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

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var body = seed.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(4))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body.RemoveRange(at, Math.Min(random.Next(1, 20), body.Count - at));
                    break;
                case 2:
                    body.InsertRange(at, Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                default:
                    ReplaceValue(body, at, random);
                    break;
            }
        }

        return [.. body];
    }

    // Swaps the value of the next property for another kind of value: JSON that stays whole but has wrong types.
    private static void ReplaceValue(List<byte> body, int at, Random random)
    {
        var start = body.FindIndex(at, one => one == (byte)':');
        var end = start < 0 ? -1 : body.FindIndex(start + 1, one => one is (byte)',' or (byte)'}');
        if (end > start + 1 && start >= 0 && body[start + 1] is not ((byte)'{' or (byte)'['))
        {
            string[] values = ["null", "7", "\"\"", "[]", "{}", "true", "1e999", "[null]", "\"\\u0000\""];
            body.RemoveRange(start + 1, end - start - 1);
            body.InsertRange(start + 1, Encoding.UTF8.GetBytes(values[random.Next(values.Length)]));
        }
    }
}
