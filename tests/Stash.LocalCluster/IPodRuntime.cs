namespace Stash.LocalCluster;

/// <summary>
/// What the API asks of whatever runs the pods: the far end of pods/log and pods/exec. Implemented by <c>Kubelet/Kubelet.cs</c>.
/// </summary>
/// <remarks>
/// <para>How it is wired in <see cref="LocalCluster.StartAsync"/>, once the API serves:</para>
/// <code>
/// internal sealed class Kubelet : IPodRuntime, IAsyncDisposable
/// {
///     public Kubelet(LocalClusterOptions options, IObjectStore objects, ServiceAccountTokens tokens, ClusterAddress address);
///     public Task StartAsync(CancellationToken cancellationToken);          // returns once it watches
/// }
/// internal sealed class Controllers : IAsyncDisposable
/// {
///     public Controllers(LocalClusterOptions options, IObjectStore objects);
///     public Task StartAsync(CancellationToken cancellationToken);
/// }
/// </code>
/// <para>
/// What the store does with pods. Create defaults restartPolicy, terminationGracePeriodSeconds, serviceAccountName and the status
/// <c>{phase: Pending}</c>, and adds the volume <c>kube-api-access-xxxxx</c> (projected: serviceAccountToken, configMap kube-root-ca.crt,
/// downwardAPI namespace) with its mounts as the ServiceAccount admission plugin does: the kubelet only fills projected volumes, with
/// <see cref="ServiceAccountTokens.Issue"/>. The kubelet takes a pod by setting <c>spec.nodeName</c> through
/// <see cref="IObjectStore.Update"/>. Deleting a pod that has a nodeName and is neither Succeeded nor Failed sets deletionTimestamp and
/// deletionGracePeriodSeconds; the kubelet stops it and then calls <see cref="IObjectStore.Delete"/> with force. Every other pod is removed
/// at once, which the kubelet sees as <c>Deleted</c>. Deleting twice with a smaller grace shortens it. In-process updates meet no webhooks;
/// creations do. Jobs get their selector and the <c>batch.kubernetes.io/controller-uid</c> and <c>job-name</c> labels from the store;
/// namespaces get <c>default</c> ServiceAccount and <c>kube-root-ca.crt</c>; dependents of deleted owners go by the store.
/// </para>
/// </remarks>
internal interface IPodRuntime
{
    /// <summary>Writes a container's log; returns at its end, or, when following, at the container's end or on cancellation.</summary>
    /// <exception cref="PodRuntimeException">There is no such instance of the container.</exception>
    Task LogsAsync(string ns, string pod, string container, PodLogOptions options, Stream output, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a command in a running container until it ends. Cancellation (the client went away) kills what it started only if the
    /// command dies of it: closing the streams is what a real kubelet does.
    /// </summary>
    /// <returns>The exit code; 128 plus the signal for a killed process.</returns>
    /// <exception cref="PodRuntimeException">The container is not there or does not run, or the command does not exist.</exception>
    Task<int> ExecAsync(string ns, string pod, string container, IReadOnlyList<string> command, ExecStreams streams, CancellationToken cancellationToken);

    /// <summary>Where a PersistentVolumeClaim's files are on this machine; made if missing.</summary>
    string ClaimFolder(string ns, string claim);

    /// <summary>Process id on this machine of a container's first process; null when it does not run.</summary>
    int? ContainerProcess(string ns, string pod, string container);
}

/// <summary>Which part of a log.</summary>
/// <param name="Follow">Stay until the container ends.</param>
/// <param name="TailLines">The last n lines only.</param>
/// <param name="Previous">The instance before the last restart.</param>
/// <param name="Timestamps">Each line starts with its RFC 3339 time.</param>
internal sealed record PodLogOptions(bool Follow = false, int? TailLines = null, bool Previous = false, bool Timestamps = false);

/// <summary>The streams of an exec; null where the client did not ask for one.</summary>
/// <param name="Input">Ends (reads 0) when the client closes standard input.</param>
/// <param name="Output">Standard output; safe to write while <paramref name="Error"/> is written.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Terminal">The client asked for a terminal.</param>
internal sealed record ExecStreams(Stream? Input, Stream? Output, Stream? Error, bool Terminal);

/// <summary>Where the API is, for what runs in pods.</summary>
/// <param name="Server">URL on this machine.</param>
/// <param name="CertificateAuthority">PEM of the authority that signed the server's certificate.</param>
internal sealed record ClusterAddress(Uri Server, string CertificateAuthority);

/// <summary>The runtime refuses; the message is for the user.</summary>
/// <param name="message">Why, as a sentence.</param>
/// <param name="innerException">What was thrown underneath.</param>
internal sealed class PodRuntimeException(string message, Exception? innerException = null) : Exception(message, innerException);
