using System.Globalization;

namespace Stash.Runner.Sidecar;

/// <summary>The sidecar's log: a time and a sentence on a line of standard error.</summary>
internal sealed class SidecarLog(TextWriter writer, TimeProvider time)
{
    /// <summary>Writes a sentence; line ends become spaces.</summary>
    public void Say(string sentence)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {sentence.ReplaceLineEndings(" ")}\n");
        lock (writer)
        {
            writer.Write(line);
            writer.Flush();
        }
    }
}
