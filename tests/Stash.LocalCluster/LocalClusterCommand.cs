using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster;

/// <summary>The program: a cluster that serves until SIGTERM or SIGINT.</summary>
internal static class LocalClusterCommand
{
    /// <summary>The command line.</summary>
    public static RootCommand Build()
    {
        var directory = new Option<string>("--directory") { Required = true, Description = "Folder for keys, volumes and logs; made if missing." };
        var kubeconfig = new Option<string>("--kubeconfig") { Description = "Where the administrator's kubeconfig goes; default: in the directory." };
        var port = new Option<int>("--port") { Description = "Port of the API on 127.0.0.1; default: a free one." };
        var images = new Option<string[]>("--image") { Description = "NAME=SPEC.json: what an image is, {\"entrypoint\": [], \"files\": {\"here\": \"there\"}, \"user\": 0}." };
        var command = new RootCommand("An in-memory Kubernetes API whose pods are local processes. A test double.") { directory, kubeconfig, port, images };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new LocalClusterOptions
            {
                Directory = parsed.GetValue(directory)!,
                KubeconfigPath = parsed.GetValue(kubeconfig),
                Port = parsed.GetValue(port),
                Images = (parsed.GetValue(images) ?? []).Select(ReadImage).ToDictionary(StringComparer.Ordinal),
            };
            await ServeAsync(options, cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task ServeAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using var cluster = await LocalCluster.StartAsync(options, cancellationToken);
        await Console.Out.WriteLineAsync($"Serving {cluster.Server}; use it with: export KUBECONFIG={Path.GetFullPath(cluster.KubeconfigPath)}");
        await end.Task.WaitAsync(cancellationToken);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end.TrySetResult();
        }
    }

    private static KeyValuePair<string, LocalImage> ReadImage(string argument)
    {
        if (argument.Split('=', 2) is not [var name, var path])
        {
            throw new ArgumentException($"--image takes NAME=SPEC.json, not {argument}");
        }

        var spec = JsonNode.Parse(File.ReadAllText(path), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        return KeyValuePair.Create(name, new LocalImage
        {
            Entrypoint = [.. spec.Array("entrypoint").Strings()],
            Files = (spec.Object("files") ?? []).ToDictionary(f => f.Key, f => f.Value.Text(), StringComparer.Ordinal),
            User = (int?)spec.Number("user"),
        });
    }
}
