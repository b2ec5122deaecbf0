using System.Text.Json;
using Stash.Core.Signals;

namespace Stash.Runner.Sidecar;

/// <summary>The records in the work folder: a file for each session and verb, written whole or not at all.</summary>
internal sealed class RecordStore(string workPath)
{
    private const int Kept = 64;

    private readonly string _folder = Path.Combine(workPath, "results");

    /// <summary>Reads a record; null where there is none, or where it cannot be understood.</summary>
    public OperationRecord? Find(string session, string verb) => Read(FileOf(session, verb));

    /// <summary>
    /// The newest record of an earlier attempt at the same backup that did not tell what it saved: it may have saved a snapshot all the
    /// same. Null where there is none.
    /// </summary>
    public OperationRecord? FindUncertain(SignalRequest request)
    {
        if (request.Verb != SignalVerb.Backup || !Directory.Exists(_folder))
        {
            return null;
        }

        return new DirectoryInfo(_folder).GetFiles($"*.{request.Verb}.json")
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Select(file => Read(file.FullName))
            .FirstOrDefault(record => record is { Result: null or { Backup: null } } && OperationRecord.AreAlike(record.Request, request));
    }

    /// <summary>Writes a record.</summary>
    /// <exception cref="IOException">The work folder is full or read-only.</exception>
    public void Write(OperationRecord record)
    {
        Directory.CreateDirectory(_folder);
        var file = FileOf(record.Request.Session, record.Request.Verb);
        var draft = file + ".draft";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, record, RecordJson.Default.OperationRecord);
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Removes the oldest beyond the number that is kept.</summary>
    public void Trim()
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

        foreach (var old in new DirectoryInfo(_folder).GetFiles("*.json").OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept))
        {
            old.Delete();
        }
    }

    private static OperationRecord? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), RecordJson.Default.OperationRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private string FileOf(string session, string verb) => Path.Combine(_folder, $"{session}.{verb}.json");
}
