namespace WrnCloud.Cli.Api;

/// <summary>Nothing answered, after every repetition.</summary>
internal sealed class EndpointUnreachableException(Uri endpoint, string reason, Exception? innerException = null)
    : Exception($"{endpoint.GetLeftPart(UriPartial.Authority)} does not answer: {reason}", innerException);
