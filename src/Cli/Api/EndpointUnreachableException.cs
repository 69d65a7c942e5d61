namespace WrnCloud.Cli.Api;

/// <summary>The endpoint did not answer, after all retries.</summary>
internal sealed class EndpointUnreachableException(Uri endpoint, string reason, Exception? innerException = null)
    : Exception($"{endpoint.GetLeftPart(UriPartial.Authority)} does not answer: {reason}", innerException);
