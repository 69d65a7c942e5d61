using System.Runtime.InteropServices;
using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.FunctionsHost;
using WrnCloud.LocalCloud.Scaling;

// Each part of the local cloud is a process of its own: this program with the part's name.
using var stopping = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
var token = ParentProcess.EndsWith(args, stopping.Token);

return args.FirstOrDefault() switch
{
    "broker" => await BrokerProcess.RunAsync([.. args[1..].Where(a => a != ParentProcess.Option)], token),
    "functions" => await FunctionsHostProcess.RunAsync(args[1..], token),
    "scaler" => await ScalerProcess.RunAsync(args[1..], token),
    _ => Usage(),
};

void Stop(PosixSignalContext context)
{
    context.Cancel = true;

    // Ctrl-C on a terminal reaches the whole process group; a part with a parent waits until that one has ended what comes before it.
    if (context.Signal == PosixSignal.SIGINT && args.Contains(ParentProcess.Option)) return;
    stopping.Cancel();
}

static int Usage()
{
    Console.Error.WriteLine("usage: WrnCloud.LocalCloud broker|functions|scaler [--parent-stdin]");
    return 2;
}
