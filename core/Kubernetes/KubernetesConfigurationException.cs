namespace Stash.Core.Kubernetes;

/// <summary>No cluster to connect to can be made out of kubeconfig or service account; the message names file, field and what to do.</summary>
public sealed class KubernetesConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
