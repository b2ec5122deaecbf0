using System.Text;
using System.Text.Json.Nodes;
using Stash.Webhook.Conversion;
using Stash.Webhook.Tests.Wire;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Tests.Conversion;

/// <summary>Good reviews with a few bytes changed at random: converted or refused, never anything else. The seed is fixed.</summary>
public sealed class HostileConversionTests
{
    private const int Rounds = 4000;

    [Fact]
    public void Reply_ConvertsOrRefuses_WhenBytesAreChanged()
    {
        var seed = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "ConversionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = "u",
                ["desiredAPIVersion"] = "stash.appscode.com/v1beta1",
                ["objects"] = new JsonArray(Samples.Config(), Carrying("[{\"name\":\"b\"}]"), Carrying("as-is")),
            },
        }.ToJsonString());
        var random = new Random(20261121);
        var (converted, failed) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutation.Of(seed, random);
            try
            {
                using var review = ConversionReview.Parse(body);
                var reply = ConversionReply.To(review);
                JsonNode.Parse(reply.Write(review.Uid).Span)!["response"]!["convertedObjects"]!.AsArray().Count
                    .ShouldBe(reply.Fault is null ? review.Objects.Count : 0);
                converted += reply.Fault is null ? 1 : 0;
                failed += reply.Fault is null ? 0 : 1;
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
        converted.ShouldBeGreaterThan(Rounds / 20);
        failed.ShouldBeGreaterThan(Rounds / 100);
    }

    private static JsonObject Carrying(string annotation)
    {
        var config = Samples.Config();
        config["metadata"]!["annotations"] = new JsonObject { [Core.Api.Annotations.FurtherRepositories] = annotation };
        return config;
    }
}
