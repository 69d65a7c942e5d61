using WrnCloud.LocalCloud.Broker;

return args is ["broker", .. var rest] ? await BrokerProcess.RunAsync(rest, CancellationToken.None) : 2;
