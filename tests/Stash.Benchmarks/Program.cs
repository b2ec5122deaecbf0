using Stash.Benchmarks;
using Stash.Benchmarks.Admission;
using Stash.Benchmarks.Memory;
using Stash.Benchmarks.Sessions;

// The program is its own yardstick server too, so that both servers are processes of the same kind.
if (args is ["--bare-endpoint", var port, var certificate, var key])
{
    await BareEndpoint.ServeAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), certificate, key);
    return 0;
}

if (args is [ApiServer.Argument, var folder])
{
    await ApiServer.ServeAsync(folder);
    return 0;
}

(string Name, Func<Workspace, Task> Run)[] benchmarks =
[
    ("admission", AdmissionBenchmark.RunAsync), ("session", SessionBenchmark.RunAsync), ("memory", SidecarMemoryBenchmark.RunAsync),
];
if (args.Except(benchmarks.Select(one => one.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"there is no benchmark {unknown}: give none for all, or some of {string.Join(", ", benchmarks.Select(one => one.Name))}");
    return 1;
}

using var workspace = new Workspace();
Console.WriteLine($"{"what",-58} {"measured",12} {"aim",10}");
foreach (var benchmark in benchmarks.Where(one => args.Length == 0 || args.Contains(one.Name, StringComparer.Ordinal)))
{
    await benchmark.Run(workspace);
}

return 0;
