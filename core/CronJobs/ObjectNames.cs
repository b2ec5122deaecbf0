namespace Stash.Core.CronJobs;

/// <summary>Names of what is made from a config, within Kubernetes' limits and still unique.</summary>
public static class ObjectNames
{
    /// <summary>Name of the CronJob, at most 52 characters: <c>stash-bc-NAME</c>, or cut with a hash of the whole.</summary>
    public static string CronJob(string kind, string name) => throw new NotImplementedException();

    /// <summary>A label's value for any object name: itself up to 63 characters, else cut with a hash of the whole.</summary>
    public static string LabelValue(string name) => throw new NotImplementedException();
}
