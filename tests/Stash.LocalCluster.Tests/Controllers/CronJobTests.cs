using System.Globalization;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;
using Stash.LocalCluster.Tests.Kubelet;

namespace Stash.LocalCluster.Tests.Controllers;

public class CronJobTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 30, TimeSpan.Zero);

    [Theory]
    [InlineData("*/5 * * * *", "UTC", 5, "2026-03-01T12:05:00Z")]
    [InlineData("0 14 * * *", "Europe/Berlin", 61, "2026-03-01T13:00:00Z")]
    [InlineData("*/5 * * * *", "UTC", 17, "2026-03-01T12:15:00Z")] // three were due: only the newest is made up for
    public async Task CronJob_MakesAJobNamedByTheMinute_WhenItIsDue(string schedule, string zone, int minutes, string due)
    {
        var time = new ManualTime(Start);
        await using var node = await TestNode.StartAsync(options => options with { Time = time });
        await CreateAsync(node, schedule, $$"""
            ,"timeZone":"{{zone}}"
            """);
        node.Store.List(ResourceTypes.Jobs).ShouldBeEmpty();

        time.Advance(TimeSpan.FromMinutes(minutes));

        var at = DateTimeOffset.Parse(due, CultureInfo.InvariantCulture);
        var job = await node.ObjectAsync(ResourceTypes.Jobs, $"cron-{at.ToUnixTimeSeconds() / 60}", static _ => true);
        Stash.LocalCluster.Controllers.Ownership.Controller(job).Text("name").ShouldBe("cron");
        job.Text("metadata", "labels", "kind").ShouldBe("backup");
        var cron = await node.ObjectAsync(ResourceTypes.CronJobs, "cron", one => one.Text("status", "lastSuccessfulTime") is not null);
        cron.Text("status", "lastScheduleTime").ShouldBe(due);
        cron.Objects("status", "active").ShouldBeEmpty();
        node.Store.List(ResourceTypes.Jobs).Count.ShouldBe(1);
    }

    [Fact]
    public async Task CronJob_StartsNoSecondJob_WhileOneRunsAndConcurrencyIsForbidden()
    {
        var time = new ManualTime(Start);
        await using var node = await TestNode.StartAsync(options => options with { Time = time });
        await CreateAsync(node, "*/5 * * * *", ""","concurrencyPolicy":"Forbid" """, "sleep 1000");
        time.Advance(TimeSpan.FromMinutes(5));
        await node.ObjectAsync(ResourceTypes.CronJobs, "cron", one => one.Objects("status", "active").Any());

        time.Advance(TimeSpan.FromMinutes(5));

        await TestNode.UntilAsync(() => node.Store.List(ResourceTypes.Events).FirstOrDefault(one => one.Text("reason") == "JobAlreadyActive"), "event");
        node.Store.List(ResourceTypes.Jobs).Count.ShouldBe(1);
    }

    [Fact]
    public async Task CronJob_KeepsTheNewestJobs_WithinItsHistoryLimit()
    {
        var time = new ManualTime(Start);
        await using var node = await TestNode.StartAsync(options => options with { Time = time });
        await CreateAsync(node, "*/5 * * * *", ""","successfulJobsHistoryLimit":1""");
        foreach (var number in new[] { 1, 2, 3 })
        {
            time.Advance(TimeSpan.FromMinutes(5));
            var name = $"cron-{Start.AddMinutes(5 * number).ToUnixTimeSeconds() / 60}";
            await node.ObjectAsync(ResourceTypes.Jobs, name, static job => job.Number("status", "succeeded") == 1);
            await TestNode.UntilAsync(() => node.Store.List(ResourceTypes.Jobs) is [var only] && only.Name() == name ? only : null, "only the newest");
        }
    }

    [Fact]
    public async Task CronJob_MakesNothing_WhileItIsSuspendedOrTooLate()
    {
        var time = new ManualTime(Start);
        await using var node = await TestNode.StartAsync(options => options with { Time = time });
        await CreateAsync(node, "0 * * * *", ""","suspend":true,"startingDeadlineSeconds":60""");
        time.Advance(TimeSpan.FromMinutes(65));
        node.Store.Update(ResourceTypes.CronJobs, "default", "cron", static body => body["spec"]!["suspend"] = false);
        time.Advance(TimeSpan.FromMinutes(55));

        await node.ObjectAsync(ResourceTypes.Jobs, $"cron-{Start.AddMinutes(120).ToUnixTimeSeconds() / 60}", static _ => true);

        node.Store.List(ResourceTypes.Jobs).Count.ShouldBe(1);
    }

    private static Task CreateAsync(TestNode node, string schedule, string spec, string script = "true") => node.ObjectAsync(ResourceTypes.CronJobs, $$$"""
        {"metadata":{"name":"cron","namespace":"default"},"spec":{"schedule":"{{{schedule}}}"{{{spec}}},"jobTemplate":{"metadata":{"labels":{"kind":"backup"} },
         "spec":{"completions":1,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"x","command":["sh","-c","{{{script}}}"]}]} } } } } }
        """);
}
