using System.Text.Json;

namespace Stash.Core.Restic;

/// <summary>
/// Counts the snapshots in the output of <c>restic forget --json</c> without keeping them: one array of groups, each with arrays
/// <c>keep</c> and <c>remove</c>, in one line that grows with the repository. Versions up to 0.15 print prune's text after it.
/// </summary>
public sealed class ForgetCounter
{
    private const int SnapshotDepth = 3;

    private JsonReaderState _state;
    private string _array = "";
    private bool _begun;
    private bool _ended;
    private bool _failed;

    /// <summary>Snapshots kept, over all groups.</summary>
    public long Kept { get; private set; }

    /// <summary>Snapshots removed, over all groups.</summary>
    public long Removed { get; private set; }

    /// <summary>Whether an array began and did not end as JSON does. No array at all is an empty one: nothing matched.</summary>
    public bool IsCut => _begun && !_ended;

    /// <summary>Reads to the end; what cannot be understood is drained.</summary>
    public async Task ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        var buffer = new byte[16384];
        var filled = 0;
        for (int read; (read = await output.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0;)
        {
            filled += read;
            var used = Take(buffer.AsSpan(0, filled));
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var skipped = 0;
        if (!_begun)
        {
            skipped = bytes.IndexOf((byte)'[');
            if (skipped < 0)
            {
                return bytes.Length;
            }

            (_begun, _state) = (true, new JsonReaderState());
        }

        if (_ended || _failed)
        {
            return bytes.Length;
        }

        var reader = new Utf8JsonReader(bytes[skipped..], isFinalBlock: false, _state);
        try
        {
            while (!_ended && reader.Read())
            {
                Count(ref reader);
            }
        }
        catch (JsonException)
        {
            _failed = true;
            return bytes.Length;
        }

        _state = reader.CurrentState;
        return _ended ? bytes.Length : skipped + (int)reader.BytesConsumed;
    }

    private void Count(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when reader.CurrentDepth == 2:
                _array = reader.ValueTextEquals("keep"u8) ? "keep" : reader.ValueTextEquals("remove"u8) ? "remove" : "";
                break;
            case JsonTokenType.StartObject when reader.CurrentDepth == SnapshotDepth && _array == "keep":
                Kept++;
                break;
            case JsonTokenType.StartObject when reader.CurrentDepth == SnapshotDepth && _array == "remove":
                Removed++;
                break;
            case JsonTokenType.EndArray when reader.CurrentDepth == 0:
                _ended = true;
                break;
            default:
                break;
        }
    }
}
