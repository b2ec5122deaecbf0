namespace Stash.EndToEnd.Tests.Tasks;

/// <summary>The manifests of the story.</summary>
internal static class TaskManifests
{
    public const string Password = "correct horse battery staple";

    /// <summary>A namespace with a Repository on a claim.</summary>
    public const string Surroundings = $$$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: vault}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: repo-secret, namespace: vault}
        stringData:
          RESTIC_PASSWORD: {{{Password}}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: repo, namespace: vault}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } }
        ---
        apiVersion: stash.appscode.com/v1alpha1
        kind: Repository
        metadata: {name: repo, namespace: vault}
        spec:
          backend:
            storageSecretName: repo-secret
            local: {mountPath: /repository, subPath: all, persistentVolumeClaim: {claimName: repo}}
        """;

    /// <summary>A config with a Task.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="spec">The rest of its spec, indented by two.</param>
    public static string Config(string name, string spec) => $"""
        apiVersion: stash.appscode.com/v1beta2
        kind: BackupConfiguration
        metadata:
          name: {name}
          namespace: vault
        spec:
          schedule: "0 3 * * *"
          repository:
          - name: repo
          retentionPolicy:
            name: few
            keepLast: 1
            prune: true
          backupHistoryLimit: 5
        {spec}
        """;

    /// <summary>An empty claim.</summary>
    public static string Claim(string name) => $$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{name}}, namespace: vault}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi} } }
        """;

    /// <summary>The Job that a person makes for a restore, but for its container, whose mounts stand beside.</summary>
    public static string RestoreJob(string name) => $$"""
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: {{name}}
          namespace: vault
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              volumes:
              - name: work
                emptyDir: {}
              - name: tmp
                emptyDir: {}
              - name: secret
                secret: {secretName: repo-secret, defaultMode: 288}
              - name: repository
                persistentVolumeClaim: {claimName: repo}
              mounts:
              - {name: work, mountPath: /var/run/stash}
              - {name: tmp, mountPath: /tmp}
              - {name: secret, mountPath: /etc/stash/repository, readOnly: true}
              - {name: repository, mountPath: /repository}
        """;
}
