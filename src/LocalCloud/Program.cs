using WrnCloud.Hosting;
using WrnCloud.LocalCloud.Broker;
using WrnCloud.LocalCloud.FunctionsHost;
using WrnCloud.LocalCloud.Scaling;

// Each part of the local cloud runs as a separate process: this program, given the part's name.
using var stop = StopSignals.Listen(args);
return args.FirstOrDefault() switch
{
    "broker" => await BrokerProcess.RunAsync([.. args[1..].Where(a => a != ParentProcess.Option)], stop.Token),
    "functions" => await FunctionsHostProcess.RunAsync(args[1..], stop.Token),
    "scaler" => await ScalerProcess.RunAsync(stop.Token),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: WrnCloud.LocalCloud broker|functions|scaler [--parent-stdin]");
    return 2;
}
