using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Stash.LocalCluster;

/// <summary>Bearer tokens of service accounts: opaque, known to this process only, valid as long as it lives.</summary>
internal sealed class ServiceAccountTokens
{
    private readonly ConcurrentDictionary<string, string> _users = new(StringComparer.Ordinal);

    /// <summary>Makes a new token for a service account.</summary>
    public string Issue(string ns, string name)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _users[token] = $"system:serviceaccount:{ns}:{name}";
        return token;
    }

    /// <summary>The user that a token stands for, <c>system:serviceaccount:NS:NAME</c>; null when it is none of ours.</summary>
    public string? UserOf(string token) => _users.GetValueOrDefault(token);

    /// <summary>Makes a token worthless, as an expired one is.</summary>
    public void Revoke(string token) => _users.TryRemove(token, out _);
}
