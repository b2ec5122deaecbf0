using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Stash.LocalCluster.Certificates;

/// <summary>The administrator's kubeconfig, with everything embedded.</summary>
internal static class Kubeconfig
{
    /// <summary>Writes it, readable by its owner only.</summary>
    public static async Task WriteAsync(string path, Uri server, string authority, X509Certificate2 client, CancellationToken cancellationToken)
    {
        var key = client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKey();
        var text = $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: local
              cluster:
                server: {server.GetLeftPart(UriPartial.Authority)}
                certificate-authority-data: {Base64(authority)}
            users:
            - name: admin
              user:
                client-certificate-data: {Base64(client.ExportCertificatePem())}
                client-key-data: {Base64(PemEncoding.WriteString("PRIVATE KEY", key))}
            contexts:
            - name: local
              context:
                cluster: local
                user: admin
                namespace: default
            current-context: local

            """;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var file = new FileStream(path, options);
        await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
