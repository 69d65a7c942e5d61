using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace WrnCloud.LocalCloud.Broker;

/// <summary>SASL ANONYMOUS for a listener: who the client is, its tokens say later. One instance serves every connection.</summary>
internal sealed class AnonymousProfile() : SaslProfile("ANONYMOUS")
{
    protected override ITransport UpgradeTransport(ITransport transport) => new GatedTransport((IAsyncTransport)transport);

    protected override DescribedList GetStartCommand(string hostname) => throw new NotSupportedException("A listener waits to be asked.");

    protected override DescribedList OnCommand(DescribedList command) => command is SaslInit
        ? new SaslOutcome { Code = SaslCode.Ok }
        : throw new AmqpException(ErrorCode.NotAllowed, command.ToString());
}
