using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;

namespace Stash.Core.Tests.Restic;

/// <summary>What restic is told and what its failures are called; no restic runs.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData(1, "Fatal: wrong password or no key found", Outcome.WrongPassword)]
    [InlineData(12, "", Outcome.WrongPassword)]
    [InlineData(10, "", Outcome.RepositoryNotFound)]
    [InlineData(1, "Fatal: unable to open config file: stat /r/config: no such file or directory", Outcome.RepositoryNotFound)]
    [InlineData(1, "Fatal: unable to open config file: Stat: The specified key does not exist.", Outcome.RepositoryNotFound)]
    [InlineData(11, "", Outcome.RepositoryLocked)]
    [InlineData(1, "unable to create lock in backend: repository is already locked by PID 23255 on vm by root (UID 0, GID 0)", Outcome.RepositoryLocked)]
    [InlineData(1, "Fatal: unable to save snapshot: write /r/data/f8/x: no space left on device", Outcome.StorageFull)]
    [InlineData(1, "Fatal: all target directories/files do not exist", Outcome.PathsMissing)]
    [InlineData(1, "Fatal: all source directories/files do not exist", Outcome.PathsMissing)]
    [InlineData(1, "Fatal: repository contains errors", Outcome.RepositoryDamaged)]
    [InlineData(1, "Fatal: config or key c68 is damaged: ciphertext verification failed", Outcome.RepositoryDamaged)]
    [InlineData(1, "Fatal: unable to open config file: Stat: Get \"https://h/b\": dial tcp: connection refused", Outcome.BackendUnavailable)]
    [InlineData(1, "client.MakeBucket: Access Denied.", Outcome.BackendUnavailable)]
    [InlineData(130, "", Outcome.Interrupted)]
    [InlineData(137, "", Outcome.ResticKilled)]
    [InlineData(1, "something new", Outcome.Failed)]
    public void Classify_NamesTheFailure_WhenResticEndsBadly(int code, string words, string outcome) =>
        ResticFailure.Classify(code, [words], null).Outcome.ShouldBe(outcome);

    [Fact]
    public void For_WritesAddresses_WhenProvidersDiffer()
    {
        var addresses = new (Backend Backend, string Repository, string Args)[]
        {
            (new() { Local = new() { MountPath = "/repo/", SubPath = "/app/" } }, "/repo/app", ""),
            (new() { Local = new() { MountPath = "/repo" } }, "/repo", ""),
            (new() { S3 = new() { Endpoint = "https://h:9000/", Bucket = "b", Prefix = "/p/q", InsecureTLS = true } }, "s3:https://h:9000/b/p/q", "--insecure-tls"),
            (new() { Gcs = new() { Bucket = "b", MaxConnections = 3 } }, "gs:b:/", "-o gs.connections=3"),
            (new() { Azure = new() { Container = "c", Prefix = "p" } }, "azure:c:/p", ""),
            (new() { Swift = new() { Container = "c" } }, "swift:c:/", ""),
            (new() { B2 = new() { Bucket = "b", Prefix = "p", MaxConnections = 9 } }, "b2:b:/p", "-o b2.connections=9"),
            (new() { Rest = new() { Url = "https://h/x" } }, "rest:https://h/x/", ""),
        };
        foreach (var (backend, repository, args) in addresses)
        {
            var address = BackendAddress.For(backend);
            (address.Repository, string.Join(' ', address.GlobalArgs)).ShouldBe((repository, args));
        }

        Should.Throw<ArgumentException>(() => BackendAddress.For(new Backend())).Message.ShouldContain("spec.backend: Required value");
        BackendAddress.For(new() { S3 = new() { Endpoint = "h", Bucket = "b", Region = "eu" } }).Environment["AWS_DEFAULT_REGION"].ShouldBe("eu");
    }

    [Fact]
    public void Build_GivesOnlyWhatResticNeeds_WhenTheSecretHasMore()
    {
        var folder = Directory.CreateTempSubdirectory("stash-secret-").FullName;
        foreach (var (key, value) in new[]
        {
            ("RESTIC_PASSWORD", "p"), ("AWS_ACCESS_KEY_ID", "id\n"), ("REST_SERVER_USERNAME", "me"), ("REST_SERVER_PASSWORD", "a/b"), ("unrelated", "x"),
            ("GOOGLE_SERVICE_ACCOUNT_JSON_KEY", "{}"), ("CA_CERT_DATA", "pem"),
        })
        {
            File.WriteAllText(Path.Combine(folder, key), value);
        }

        var secret = RepositorySecret.Read(folder);
        var environment = ResticEnvironment.Build("rest:https://h/", null, secret, "/work", name => name is "PATH" or "KUBERNETES_TOKEN" ? "v" : null);
        environment.Keys.Order(StringComparer.Ordinal).ShouldBe(
        [
            "AWS_ACCESS_KEY_ID", "GOOGLE_APPLICATION_CREDENTIALS", "PATH", "RESTIC_CACHE_DIR", "RESTIC_PASSWORD_FILE", "RESTIC_PROGRESS_FPS",
            "RESTIC_REPOSITORY", "TMPDIR",
        ]);
        environment["AWS_ACCESS_KEY_ID"].ShouldBe("id");
        environment["RESTIC_REPOSITORY"].ShouldBe("rest:https://me:a%2Fb@h/");
        ResticEnvironment.GlobalArgs(secret).ShouldBe(["--cacert", Path.Combine(folder, "CA_CERT_DATA")]);
        new Scrubber(secret.Values).Scrub("at https://me:a%2Fb@h/ with p, not up").ShouldBe("at https://***:***@h/ with ***, not up");
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("s3:h/b", "AWS_SECRET_ACCESS_KEY", "RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID")]
    [InlineData("s3:h/b", null, "RESTIC_PASSWORD")]
    [InlineData("b2:b:/", "B2_ACCOUNT_KEY", "RESTIC_PASSWORD", "B2_ACCOUNT_ID")]
    [InlineData("azure:c:/", "AZURE_ACCOUNT_NAME", "RESTIC_PASSWORD")]
    [InlineData("/repo", "RESTIC_PASSWORD", "other")]
    [InlineData("/repo", null, "password")]
    public void Missing_NamesTheKey_WhenTheProviderNeedsIt(string repository, string? missing, params string[] keys)
    {
        var folder = Directory.CreateTempSubdirectory("stash-secret-").FullName;
        foreach (var key in keys)
        {
            File.WriteAllText(Path.Combine(folder, key), "value");
        }

        var sentence = SecretRules.Missing(repository, RepositorySecret.Read(folder), _ => false);
        (sentence is null).ShouldBe(missing is null, sentence);
        (sentence ?? "").ShouldContain(missing ?? "");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Fault_NamesTheField_WhenARequestCannotBeCarriedOut()
    {
        var backup = new SignalRequest
        {
            Session = "s", Verb = SignalVerb.Backup, Repository = "/r", Backup = new BackupOrder { Paths = ["/a"], Host = "h", Tags = ["t"] },
        };
        RequestRules.Fault(backup).ShouldBeNull();
        var forget = backup with { Verb = SignalVerb.Forget, Forget = new ForgetOrder { Hosts = ["h"], Tag = "t", Policy = new RetentionPolicy { KeepDaily = 0 } } };
        var faults = new (SignalRequest Request, string Field)[]
        {
            (backup with { Session = "../up" }, "session:"),
            (backup with { Verb = "wipe" }, "verb:"),
            (backup with { Repository = "" }, "repository:"),
            (backup with { LockWait = "soon" }, "lockWait:"),
            (backup with { Backup = null }, "backup:"),
            (backup with { Backup = backup.Backup! with { Paths = [] } }, "backup.paths:"),
            (backup with { Backup = backup.Backup! with { Paths = ["a"] } }, "backup.paths:"),
            (backup with { Backup = backup.Backup! with { Host = "" } }, "backup.host:"),
            (backup with { Backup = backup.Backup! with { Tags = ["a,b"] } }, "backup.tags:"),
            (backup with { Backup = backup.Backup! with { Args = [null!] } }, "request:"),
            (forget, "forget.policy:"),
            (forget with { Forget = forget.Forget! with { Tag = "" } }, "forget.tag:"),
            (forget with { Forget = forget.Forget! with { Hosts = [] } }, "forget.hosts:"),
            (backup with { Verb = SignalVerb.Check }, "check:"),
        };
        foreach (var (request, field) in faults)
        {
            RequestRules.Fault(request).ShouldNotBeNull().ShouldStartWith(field);
        }
    }

    [Fact]
    public void Arguments_KeepPathsApart_WhenTheyLookLikeOptions()
    {
        ResticClient.BackupArguments(new BackupOrder { Paths = ["/a", "/-b"], Host = "h", Tags = ["t", "u"], Exclude = ["*.tmp"], Args = ["--one-file-system"] })
            .ShouldBe(["backup", "--json", "--host", "h", "--tag", "t", "--tag", "u", "--exclude", "*.tmp", "--one-file-system", "--", "/a", "/-b"]);
        ResticClient.ForgetArguments(new ForgetOrder { Hosts = ["h", "i"], Tag = "t", Policy = new() { KeepLast = 2, KeepTags = ["x", "y"], Prune = true, DryRun = true } })
            .ShouldBe(["forget", "--json", "--group-by", "host", "--tag", "t", "--host", "h", "--host", "i", "--keep-last", "2", "--keep-tag", "x,y", "--prune", "--dry-run"]);
    }
}
