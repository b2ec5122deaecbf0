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

using var workspace = new Workspace();
Console.WriteLine($"{"what",-58} {"measured",12} {"aim",10}");
await AdmissionBenchmark.RunAsync(workspace);
await SessionBenchmark.RunAsync(workspace);
await SidecarMemoryBenchmark.RunAsync(workspace);
return 0;
