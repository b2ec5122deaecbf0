using System.CommandLine;
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
    ValidateCommand.Create(),
    PreviewCommand.Create(),
    RenderCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
