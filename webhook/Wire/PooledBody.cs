using System.Buffers;

namespace Stash.Webhook.Wire;

/// <summary>A request's body in a rented buffer.</summary>
internal sealed class PooledBody : IDisposable
{
    /// <summary>
    /// Largest body, in bytes: an UPDATE carries an object twice, an object may have 3 MiB (the API server's limit on requests), and
    /// there is a margin for the rest of the review.
    /// </summary>
    public const int Largest = 7 * 1024 * 1024;

    private byte[] buffer;
    private int length;

    private PooledBody(int expected) => buffer = ArrayPool<byte>.Shared.Rent(Math.Clamp(expected, 4096, Largest) + 1);

    public ReadOnlyMemory<byte> Content => buffer.AsMemory(0, length);

    /// <summary>Reads all of it.</summary>
    /// <exception cref="BadHttpRequestException">413 when it is larger than <see cref="Largest"/>; 400 when it breaks off.</exception>
    public static async ValueTask<PooledBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new PooledBody((int)Math.Min(request.ContentLength ?? 16 * 1024, Largest));
        try
        {
            int count;
            while ((count = await request.Body.ReadAsync(body.Room(), cancellationToken)) > 0)
            {
                body.length += count;
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var rented = buffer;
        (buffer, length) = ([], 0);
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private Memory<byte> Room()
    {
        if (length > Largest)
        {
            throw new BadHttpRequestException("the body is too large", StatusCodes.Status413PayloadTooLarge);
        }

        if (length == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, Largest + 1));
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsMemory(length);
    }
}
