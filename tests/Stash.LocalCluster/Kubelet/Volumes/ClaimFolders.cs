namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>PersistentVolumeClaims as folders of this machine. A folder goes with its claim (reclaimPolicy Delete).</summary>
internal sealed class ClaimFolders(IObjectStore objects, string root)
{
    /// <summary>A claim's folder, made if missing.</summary>
    public string Of(string ns, string claim)
    {
        var path = PathOf(ns, claim);
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        }

        return path;
    }

    /// <summary>Binds a claim that is not bound yet.</summary>
    public void Bind(string ns, string claim)
    {
        _ = Of(ns, claim);
        objects.Update(NodeObjects.Claims, ns, claim, static body =>
        {
            var spec = body.Child("spec");
            spec["volumeName"] ??= "local-" + body.Uid();
        });
        objects.Update(NodeObjects.Claims, ns, claim, static body =>
        {
            var status = body.Child("status");
            status["phase"] = "Bound";
            status["accessModes"] = body.At("spec", "accessModes")?.DeepClone();
            status["capacity"] = body.At("spec", "resources", "requests")?.DeepClone();
        }, "status");
    }

    /// <summary>Deletes the files of a claim that is gone.</summary>
    public void Remove(string ns, string claim)
    {
        var path = PathOf(ns, claim);
        if (objects.Get(NodeObjects.Claims, ns, claim) is null && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private string PathOf(string ns, string claim) => Path.Join(root, ns, claim);
}
