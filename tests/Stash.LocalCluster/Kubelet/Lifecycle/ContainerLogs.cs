using System.Globalization;
using System.Text;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>A container's log files: one for each instance, the present and the one before are kept.</summary>
/// <param name="folder">Where they are.</param>
/// <param name="container">The container as errors name it: <c>"NAME" in pod "POD"</c>.</param>
internal sealed class ContainerLogs(string folder, string container)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private int _instance = -1;

    /// <summary>Begins a new instance's file, which <paramref name="owner"/> may open again as /dev/stdout.</summary>
    public string Begin(int owner)
    {
        Directory.CreateDirectory(folder);
        _instance++;
        File.Delete(PathOf(_instance - 2));
        var path = PathOf(_instance);
        File.WriteAllBytes(path, []);
        Sandbox.NativeMethods.Own(path, owner, -1);
        return path;
    }

    /// <summary>The last lines, at most 80 of them and 2 KiB, as FallbackToLogsOnError takes them.</summary>
    public async Task<string> TailAsync()
    {
        var lines = (await File.ReadAllLinesAsync(PathOf(_instance))).TakeLast(80);
        var text = string.Join('\n', lines);
        return text.Length > 2048 ? text[^2048..] : text;
    }

    /// <summary>Writes the log.</summary>
    /// <param name="options">Which part of it.</param>
    /// <param name="output">Where to.</param>
    /// <param name="ended">Whether the instance has ended; asked before each last read when following.</param>
    /// <param name="cancellationToken">Stops following.</param>
    /// <exception cref="PodRuntimeException">There is no such instance.</exception>
    public async Task WriteAsync(PodLogOptions options, Stream output, Func<bool> ended, CancellationToken cancellationToken)
    {
        var path = PathOf(options.Previous ? _instance - 1 : _instance);
        if (!File.Exists(path))
        {
            throw new PodRuntimeException(options.Previous ? $"previous terminated container {container} not found" : $"container {container} is waiting to start");
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (options.TailLines is { } lines)
        {
            await SeekAsync(file, lines, cancellationToken);
        }

        var sink = options.Timestamps ? new StampedLines(output, File.GetLastWriteTimeUtc(path)) : output;
        while (true)
        {
            var last = !options.Follow || options.Previous || ended();
            await file.CopyToAsync(sink, cancellationToken);
            await output.FlushAsync(cancellationToken);
            if (last)
            {
                return;
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task SeekAsync(FileStream file, int lines, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        var from = file.Length;
        var found = 0;
        while (from > 0)
        {
            var count = (int)Math.Min(buffer.Length, from);
            from -= count;
            file.Position = from;
            await file.ReadExactlyAsync(buffer.AsMemory(0, count), cancellationToken);
            for (var at = count - 1; at >= 0; at--)
            {
                if (buffer[at] == '\n' && from + at != file.Length - 1 && ++found == lines)
                {
                    file.Position = from + at + 1;
                    return;
                }
            }
        }

        file.Position = lines == 0 ? file.Length : 0;
    }

    private string PathOf(int instance) => Path.Join(folder, instance.ToString(CultureInfo.InvariantCulture) + ".log");

    /// <summary>Puts the time of the file's last change before each line: the files keep no time for each.</summary>
    private sealed class StampedLines(Stream output, DateTime time) : Stream
    {
        private readonly byte[] _stamp = Encoding.ASCII.GetBytes(time.ToString("O", CultureInfo.InvariantCulture) + " ");
        private bool _begin = true;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                if (_begin)
                {
                    await output.WriteAsync(_stamp, cancellationToken);
                }

                var end = buffer.Span.IndexOf((byte)'\n');
                _begin = end >= 0;
                var line = _begin ? buffer[..(end + 1)] : buffer;
                await output.WriteAsync(line, cancellationToken);
                buffer = buffer[line.Length..];
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
