using Stash.Core.Api;
using Stash.Core.Functions;

namespace Stash.Core.Tests.Functions;

public sealed class FunctionResolverTests
{
    private static readonly BackupConfiguration Config = new()
    {
        Metadata = new ObjectMeta { Name = "db", Namespace = "demo" },
        Spec = new BackupConfigurationSpec
        {
            Target = new BackupTarget { Ref = new TargetReference { Kind = "StatefulSet", Name = "db" }, Paths = ["/a", "/b"] },
            RetentionPolicy = new RetentionPolicy { KeepLast = 5, Prune = true, KeepTags = ["x", "y"] },
        },
    };

    private static readonly Repository Repository = new()
    {
        Metadata = new ObjectMeta { Name = "repo", Namespace = "vault" },
        Spec = new RepositorySpec { Backend = new Backend { StorageSecretName = "key", S3 = new S3Backend { Endpoint = "s3.example", Bucket = "b", Prefix = "p" } } },
    };

    /// <summary>Every variable that the API's users know has a value, so that none of them needs a default.</summary>
    [Fact]
    public void Variables_HaveTheNamesThatUsersKnow_AndTheConfigsValues()
    {
        var values = Variables.Of(Config, Repository);

        values.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}").ShouldBe([
            "CONFIG_TAG=stash-config:demo/db", "DRIVER_ARGS=", "ENABLE_CACHE=true", "EXCLUDE_PATTERNS=", "INCLUDE_PATTERNS=", "INTERIM_DATA_DIR=",
            "INVOKER_KIND=BackupConfiguration", "INVOKER_NAME=db", "NAMESPACE=demo", "REPOSITORY_BUCKET=b", "REPOSITORY_ENDPOINT=s3.example",
            "REPOSITORY_INSECURE_TLS=false", "REPOSITORY_NAME=repo", "REPOSITORY_NAMESPACE=vault", "REPOSITORY_PREFIX=p", "REPOSITORY_PROVIDER=s3",
            "REPOSITORY_REGION=", "REPOSITORY_SECRET_NAME=key", "REPOSITORY_SECRET_NAMESPACE=vault", "REPOSITORY_URL=s3:s3.example/b/p",
            "RETENTION_DRY_RUN=false", "RETENTION_KEEP_DAILY=0", "RETENTION_KEEP_HOURLY=0", "RETENTION_KEEP_LAST=5", "RETENTION_KEEP_MONTHLY=0",
            "RETENTION_KEEP_TAGS=x,y", "RETENTION_KEEP_WEEKLY=0", "RETENTION_KEEP_YEARLY=0", "RETENTION_PRUNE=true",
            "TARGET_KIND=StatefulSet", "TARGET_MOUNT_PATH=/stash-data", "TARGET_NAME=db", "TARGET_NAMESPACE=demo", "TARGET_PATHS=/a,/b",
        ]);
    }

    [Fact]
    public void Resolve_PutsParamsOverVariables_InEveryString()
    {
        var function = new Function
        {
            Spec = new FunctionSpec
            {
                Image = "tools:${tag}",
                Args = ["${NAMESPACE}", "${TARGET_PATHS}"],
                VolumeMounts = [new System.Text.Json.Nodes.JsonObject { ["name"] = "${volume}", ["mountPath"] = "/data", ["readOnly"] = true }],
                Sidecar = new FunctionSidecar { Signal = new SidecarSignal { Exec = new ExecAction { Command = ["run", "${BACKUP_SESSION}"] } } },
            },
        };

        var resolution = FunctionResolver.Resolve(function, Variables.Of(Config, Repository).With(new Dictionary<string, string> { ["tag"] = "1", ["volume"] = "data", ["NAMESPACE"] = "mine" }));

        resolution.Faults.ShouldBeEmpty();
        resolution.Spec!.Image.ShouldBe("tools:1");
        resolution.Spec.Args.ShouldBe(["mine", "/a,/b"]);
        resolution.Spec.VolumeMounts!.ToJsonString().ShouldBe("""[{"name":"data","mountPath":"/data","readOnly":true}]""");
        resolution.Spec.Sidecar!.Signal!.Exec!.Command.ShouldBe(["run", "${BACKUP_SESSION}"]);
        function.Spec.Image.ShouldBe("tools:${tag}", "what was read is not changed");
    }

    [Fact]
    public void Resolve_NamesEachFieldThatHasNoValue_AndAnImageThatBecameEmpty()
    {
        var missing = new Function { Spec = new FunctionSpec { Image = "a", Args = ["${X}", "${Y:=y}"], WorkingDir = "${Z}" } };
        var empty = new Function { Spec = new FunctionSpec { Image = "${IMAGE:=}" } };

        FunctionResolver.Resolve(missing, new Dictionary<string, string>()).Faults.Select(fault => fault.Field).ShouldBe(["spec.args[0]", "spec.workingDir"], ignoreOrder: true);
        FunctionResolver.Resolve(empty, new Dictionary<string, string>()).Faults.ShouldHaveSingleItem().ToString().ShouldStartWith("spec.image: Required value");
    }

    [Fact]
    public void Uses_FindsNamesInDefaultsToo_AndNoneBehindTwoDollars() =>
        FunctionResolver.Uses(new Function { Spec = new FunctionSpec { Image = "${A:=${B}}", Args = ["$${C}", "$$${D}", "x${E=1}"] } }).ShouldBe(["A", "B", "D", "E"], ignoreOrder: true);
}
