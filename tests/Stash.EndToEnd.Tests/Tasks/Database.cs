using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Tasks;

/// <summary>A real server of this machine's packages in a pod, and what its client says.</summary>
/// <param name="Engine">Name of the built-in Functions: <c>postgres</c> or <c>mariadb</c>.</param>
/// <param name="Start">A script that makes an empty server in /srv and becomes it.</param>
/// <param name="Client">A script that runs the SQL of its standard input in the database of its first argument.</param>
/// <param name="Rows">SQL that lists everything, sorted.</param>
internal sealed record Database(string Engine, string Start, string Client, string Rows)
{
    public const string Password = "open-sesame-42";

    public static Database Of(string engine, int port) => engine == "postgres" ? Postgres(port) : MariaDb(port);

    /// <summary>The pod, as a user that every machine has, and the Secret with which its clients come.</summary>
    public string Manifests(int port) => $$"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: {{Engine}}-auth
          namespace: vault
        stringData:
          username: keeper
          password: {{Password}}
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{Engine}}
          namespace: vault
        spec:
          terminationGracePeriodSeconds: 1
          securityContext: {runAsUser: 65534, runAsGroup: 65534, fsGroup: 65534}
          containers:
          - name: server
            image: shell
            env:
            - {name: PORT, value: "{{port}}"}
            - {name: KEEPER, value: {{Password}}}
            command: [sh, -c, "{{Start.ReplaceLineEndings(" ").Replace("\"", "\\\"", StringComparison.Ordinal)}}"]
            volumeMounts: [{name: srv, mountPath: /srv}]
          volumes:
          - name: srv
            emptyDir: {}
        """;

    /// <summary>Runs SQL in the pod.</summary>
    public async Task<(int ExitCode, string Output)> QueryAsync(TaskStory story, string database, string sql)
    {
        using var output = new MemoryStream();
        async ValueTask Take(ReadOnlyMemory<byte> chunk) => await output.WriteAsync(chunk, TestContext.Current.CancellationToken);
        var result = await story.Client.ExecAsync(
            new ExecRequest
            {
                Namespace = TaskStory.Namespace, Pod = Engine, Container = "server", Command = ["sh", "-c", Client, "client", database, sql], OnStandardOutput = Take, OnStandardError = Take,
            },
            TestContext.Current.CancellationToken);
        return (result.ExitCode, System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }

    private static Database Postgres(int port) => new(
        "postgres",
        """
        set -e; bin=$(dirname $(ls /usr/lib/postgresql/*/bin/postgres | tail -1)); echo $KEEPER >/srv/pw;
        $bin/initdb -D /srv/data -U keeper --pwfile=/srv/pw -A scram-sha-256 --no-sync >/dev/null;
        exec $bin/postgres -D /srv/data -p $PORT -h 127.0.0.1 -k /srv -c fsync=off
        """,
        $"PGPASSWORD={Password} exec psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {port} -U keeper -d \"$1\" -c \"$2\"",
        "select id, name, encode(data, 'hex') from ledger order by id");

    private static Database MariaDb(int port) => new(
        "mariadb",
        """
        set -e; export PATH=$PATH:/usr/sbin; mariadb-install-db --no-defaults --datadir=/srv/data --auth-root-authentication-method=normal --skip-test-db >/dev/null;
        printf "create user if not exists keeper@'%%' identified by '%s';\ngrant all on *.* to keeper@'%%';\n" "$KEEPER" >/srv/init;
        exec mariadbd --no-defaults --datadir=/srv/data --socket=/srv/sock --port=$PORT --bind-address=127.0.0.1 --init-file=/srv/init --skip-name-resolve
        """,
        $"MYSQL_PWD={Password} exec mariadb --no-defaults -N -h 127.0.0.1 -P {port} -u keeper \"$1\" -e \"$2\"",
        "select id, name, hex(data) from ledger order by id");
}
