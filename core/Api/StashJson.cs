using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>Every wire type of this project's API, source-generated; camelCase, nulls left out, duplicate properties refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(BackupConfiguration))]
[JsonSerializable(typeof(BackupBatch))]
[JsonSerializable(typeof(Repository))]
[JsonSerializable(typeof(BackupSession))]
[JsonSerializable(typeof(Function))]
[JsonSerializable(typeof(TaskDefinition))]
[JsonSerializable(typeof(Signals.SignalRequest))]
[JsonSerializable(typeof(Signals.SignalLine))]
[JsonSerializable(typeof(Signals.SignalResult))]
public sealed partial class StashJson : JsonSerializerContext;
