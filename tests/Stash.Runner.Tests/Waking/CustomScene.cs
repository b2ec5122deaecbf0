using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Waking;

/// <summary>A <see cref="Scene"/> whose config asks for a custom sidecar.</summary>
internal static class CustomScene
{
    /// <summary>A line as <c>restic backup --json</c> (0.18) ends with.</summary>
    public const string Summary = """{"message_type":"summary","files_new":2,"files_changed":1,"files_unmodified":0,"dirs_new":1,"dirs_changed":0,"dirs_unmodified":0,"data_blobs":2,"tree_blobs":1,"data_added":1024,"data_added_packed":600,"total_files_processed":3,"total_bytes_processed":2048,"total_duration":1.2,"backup_start":"2026-01-01T00:00:00Z","backup_end":"2026-01-01T00:00:01Z","snapshot_id":"0123456789abcdef"}""";

    /// <summary>Names the Function in the config, and makes it.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="spec">The Function's spec; null makes none.</param>
    /// <param name="given">Params of the call.</param>
    public static Scene WithSidecar(this Scene scene, string? spec, string given = "{}")
    {
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["target"]!["sidecar"] =
            new JsonObject { ["functionName"] = "maria-backup", ["params"] = JsonNode.Parse(given) });
        if (spec is not null)
        {
            scene.Cluster.Add(ResourceTypes.Functions, new JsonObject
            {
                ["apiVersion"] = StashApi.V1Beta1,
                ["kind"] = Function.KindName,
                ["metadata"] = new JsonObject { ["name"] = "maria-backup" },
                ["spec"] = JsonNode.Parse(spec),
            });
        }

        return scene;
    }

    /// <summary>Has the sidecar's command say lines on standard output, in chunks that end anywhere, and end.</summary>
    public static Scene Ending(this Scene scene, int exitCode, params string[] lines)
    {
        scene.OnHook = async (request, _) =>
        {
            foreach (var chunk in Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))).Chunk(7))
            {
                await request.OnStandardOutput!(chunk);
            }

            await request.OnStandardError!("a word on standard error\n"u8.ToArray());
            return exitCode;
        };
        return scene;
    }

    /// <summary>The only host's entry in the only session's status.</summary>
    public static HostStats Host(this Scene scene) => scene.Session().Status!.Targets.ShouldHaveSingleItem().Stats.ShouldNotBeNull().ShouldHaveSingleItem();
}
