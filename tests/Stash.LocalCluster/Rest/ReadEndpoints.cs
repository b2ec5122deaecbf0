using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Selectors;

namespace Stash.LocalCluster.Rest;

/// <summary>get and list.</summary>
internal sealed class ReadEndpoints(ClusterCore core)
{
    /// <summary>One object.</summary>
    public async Task GetAsync(HttpContext http, RequestTarget target)
    {
        var type = target.Resource.Type;
        var stored = core.Table.Get(target.Resource.Collection, target.Namespace ?? "", target.Name!)
            ?? throw ApiErrors.NotFound(type.Group, type.Plural, target.Name!);
        var converted = await core.Conversion.ConvertAsync(target.Resource, [stored.Read()], type.ApiVersion, http.RequestAborted);
        await Responses.WriteAsync(http, 200, Representation.Of(http.Request).Single(target.Resource, converted[0], core.Options.Time));
    }

    /// <summary>A page of a collection.</summary>
    public async Task ListAsync(HttpContext http, RequestTarget target)
    {
        var query = http.Request.Query;
        var labels = LabelSelector.FromQuery(query["labelSelector"]);
        var fields = FieldSelector.FromQuery(query["fieldSelector"]);
        var (objects, version) = core.Table.List(target.Resource.Collection, target.Namespace);
        var after = "";
        if (query["continue"].ToString() is { Length: > 0 } token)
        {
            (version, after) = ReadToken(token);
            if (version < core.Table.Forgotten)
            {
                throw ApiErrors.Expired("The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.");
            }
        }

        var limit = int.TryParse(query["limit"], CultureInfo.InvariantCulture, out var wanted) && wanted > 0 ? wanted : int.MaxValue;
        var rest = objects.Where(o => string.CompareOrdinal(o.Key, after) > 0).Select(o => (o.Key, Body: o.Read()))
            .Where(o => labels.Matches(o.Body.Object("metadata", "labels")) && fields.Matches(o.Body)).ToArray();
        var page = rest.Take(limit).ToArray();
        var converted = await core.Conversion.ConvertAsync(
            target.Resource, [.. page.Select(o => o.Body)], target.Resource.Type.ApiVersion, http.RequestAborted);
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (page.Length < rest.Length)
        {
            metadata["continue"] = WriteToken(version, page[^1].Key);
            metadata["remainingItemCount"] = rest.Length - page.Length;
        }

        await Responses.WriteAsync(http, 200, Representation.Of(http.Request).List(target.Resource, converted, metadata, core.Options.Time));
    }

    private static string WriteToken(long version, string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{version} {key}"));

    private static (long Version, string Key) ReadToken(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token)).Split(' ', 2) is [var version, var key]
                ? (long.Parse(version, CultureInfo.InvariantCulture), key)
                : throw new FormatException("no key");
        }
        catch (FormatException)
        {
            throw ApiErrors.BadRequest("continue key is not valid");
        }
    }
}
