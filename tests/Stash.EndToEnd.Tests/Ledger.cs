namespace Stash.EndToEnd.Tests;

/// <summary>The manifests of the story: a StatefulSet <c>ledger</c> with its data on a claim, opted in from the start, and where it is backed up to.</summary>
internal static class Ledger
{
    public const string Namespace = "ledger";
    public const string Name = "ledger";
    public const string Password = "correct horse battery staple";

    /// <summary>Where to, what and when.</summary>
    /// <param name="repositoryVolume">The local backend's volume source, as a line of YAML.</param>
    /// <param name="args">More arguments for <c>restic backup</c>.</param>
    public static string Backup(string repositoryVolume, string args) => $$$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: ledger}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: repository, namespace: ledger}
        stringData:
          RESTIC_PASSWORD: {{{Password}}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: repository, namespace: ledger}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 1Gi}}
        ---
        apiVersion: stash.appscode.com/v1alpha1
        kind: Repository
        metadata: {name: ledger, namespace: ledger}
        spec:
          backend:
            storageSecretName: repository
            local:
              mountPath: /repository
              subPath: ledger
              {{{repositoryVolume}}}
        ---
        apiVersion: stash.appscode.com/v1beta2
        kind: BackupConfiguration
        metadata: {name: ledger, namespace: ledger}
        spec:
          schedule: "0 3 * * *"
          repository: [{name: ledger}]
          target:
            ref: {apiVersion: apps/v1, kind: StatefulSet, name: ledger}
            paths: [/data]
            args: [{{{args}}}]
          retentionPolicy: {name: few, keepLast: 3, prune: true}
          backupHistoryLimit: 5
          timeOut: 5m
        """;

    /// <summary>The workload; its process does nothing but end when it is told to.</summary>
    public const string Workload = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: ledger, namespace: ledger}
        spec:
          replicas: 1
          serviceName: ledger
          selector: {matchLabels: {app: ledger}}
          template:
            metadata:
              labels: {app: ledger, stash.appscode.com/config: ledger}
            spec:
              securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, runAsNonRoot: true}
              terminationGracePeriodSeconds: 2
              containers:
              - name: app
                image: shell
                command: [sh, -c, 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']
                volumeMounts: [{name: data, mountPath: /data}]
          volumeClaimTemplates:
          - metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
        """;

    public const string ClaimedVolume = "persistentVolumeClaim: {claimName: repository}";
}
