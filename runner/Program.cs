using System.CommandLine;
using Stash.Runner.Certificates;
using Stash.Runner.Perform;
using Stash.Runner.Preview;
using Stash.Runner.Render;
using Stash.Runner.Run;
using Stash.Runner.Sidecar;
using Stash.Runner.Signal;
using Stash.Runner.Sync;
using Stash.Runner.Validate;

var root = new RootCommand("Backs up Kubernetes workloads with restic: one program, one verb a folder.")
{
    SyncCommand.Create(),
    RunCommand.Create(),
    SidecarCommand.Create(),
    SignalCommand.Create(),
    PerformCommand.Create(),
    ValidateCommand.Create(),
    PreviewCommand.Create(),
    RenderCommand.Create(),
    CertificatesCommand.Create(),
};
// SIGTERM cancels the verb, which then has this long to end truthfully; a pod has 30 s by default, that of a run with hooks has more.
var invocation = new InvocationConfiguration
{
    ProcessTerminationTimeout = args is ["run", ..] ? RunCommand.LongestEnd : TimeSpan.FromSeconds(25),
};
return await root.Parse(args).InvokeAsync(invocation);
