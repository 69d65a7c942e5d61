using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace WrnCloud.LocalCloud.Broker.Links;

/// <summary>
/// Lets every client through SASL: who it is, its tokens say later (claims-based security). The service offers this under two names, of which the clients
/// of some languages know one only: ANONYMOUS, and the .NET SDK MSSBCBS.
/// </summary>
internal sealed class AnonymousProfile(string mechanism) : SaslProfile(mechanism)
{
    public static IReadOnlyList<string> Mechanisms { get; } = ["ANONYMOUS", "MSSBCBS"];

    protected override ITransport UpgradeTransport(ITransport transport) => new GatedTransport((IAsyncTransport)transport);

    protected override DescribedList GetStartCommand(string hostname) => throw new NotSupportedException("A listener waits to be asked.");

    protected override DescribedList OnCommand(DescribedList command) =>
        command is SaslInit ? new SaslOutcome { Code = SaslCode.Ok } : throw new AmqpException(ErrorCode.NotAllowed, command.ToString());
}
