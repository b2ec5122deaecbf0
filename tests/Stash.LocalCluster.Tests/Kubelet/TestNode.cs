using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Controllers;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Tests.Kubelet;

/// <summary>A kubelet and the controllers on the store without its HTTPS, in a folder of its own.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ControllerManager _controllers;

    private TestNode(string folder, IObjectStore store, KubeletService kubelet, ControllerManager controllers)
    {
        (Folder, Store, Kubelet, _controllers) = (folder, store, kubelet, controllers);
    }

    public string Folder { get; }

    public IObjectStore Store { get; }

    public KubeletService Kubelet { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestNode> StartAsync(Func<LocalClusterOptions, LocalClusterOptions>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("stash-node-").FullName;
        var options = new LocalClusterOptions { Directory = folder, RestartBackOff = TimeSpan.FromMilliseconds(100), JobBackOff = TimeSpan.FromMilliseconds(100) };
        options = configure?.Invoke(options) ?? options;
        var core = new ClusterCore(options, "ca");
        await core.FurnishAsync(Cancel);
        var store = core.Objects;
        var kubelet = new KubeletService(options, store, core.Tokens, new ClusterAddress(new Uri("https://127.0.0.1:6443"), "ca"));
        await kubelet.StartAsync(Cancel);
        var controllers = new ControllerManager(options, store);
        await controllers.StartAsync(Cancel);
        return new TestNode(folder, store, kubelet, controllers);
    }

    public static async Task<T> UntilAsync<T>(Func<T?> look, string what)
        where T : class
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        while (true)
        {
            if (look() is { } found)
            {
                return found;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"never came: {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    /// <summary>Waits until <paramref name="look"/> gives what is expected.</summary>
    public static async Task UntilAsync(Func<Task<string>> look, string expected)
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        for (var seen = await look(); seen != expected; seen = await look())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"never came: {expected}; at last it was: {seen}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    /// <summary>Creates a pod <c>p</c> from its spec.</summary>
    public Task<JsonObject> PodAsync(string spec, string name = "p", string? labels = null) => Store.CreateAsync(ResourceTypes.Pods, new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["labels"] = JsonNode.Parse(labels ?? "{}") },
        ["spec"] = JsonNode.Parse(spec),
    });

    /// <summary>Waits until an object fulfils a condition; tells its status when it never does.</summary>
    public async Task<JsonObject> ObjectAsync(ResourceType type, string name, Func<JsonObject, bool> condition)
    {
        JsonObject? body = null;
        try
        {
            return await UntilAsync(() => (body = Store.Get(type, "default", name)) is not null && condition(body) ? body : null, $"{type.Kind} {name}");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; it is {body?.At("status")?.ToJsonString()}", late);
        }
    }

    /// <summary>Creates an object.</summary>
    public Task ObjectAsync(ResourceType type, string body)
    {
        var parsed = (JsonObject)JsonNode.Parse(body)!;
        parsed.Child("metadata")["namespace"] ??= "default";
        return Store.CreateAsync(type, parsed, Cancel);
    }

    public Task<JsonObject> PhaseAsync(string phase, string name = "p") => PodAsync(pod => pod.Text("status", "phase") == phase, $"phase {phase} of {name}", name);

    public async Task<JsonObject> PodAsync(Func<JsonObject, bool> condition, string what, string name = "p")
    {
        JsonObject? pod = null;
        try
        {
            return await UntilAsync(() => (pod = Store.Get(ResourceTypes.Pods, "default", name)) is not null && condition(pod) ? pod : null, what);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; the pod is {pod?.At("status")?.ToJsonString()}", late);
        }
    }

    public Task GoneAsync(string name = "p") =>
        UntilAsync(() => Store.Get(ResourceTypes.Pods, "default", name) is null ? "gone" : null, $"end of pod {name}");

    public async Task<string> LogAsync(string container = "c", string name = "p", PodLogOptions? options = null)
    {
        using var output = new MemoryStream();
        await Kubelet.LogsAsync("default", name, container, options ?? new PodLogOptions(), output, Cancel);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    public async Task<(int Code, string Output, string Error)> ExecAsync(string container, string? input, params string[] command)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var feed = input is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(input));
        var code = await Kubelet.ExecAsync("default", "p", container, command, new ExecStreams(feed, output, error, false), Cancel);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        await _controllers.DisposeAsync();
        await Kubelet.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
