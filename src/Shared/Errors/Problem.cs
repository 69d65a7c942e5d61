namespace WrnCloud.Errors;

/// <summary>A problem document (RFC 9457) with this system's code and field errors.</summary>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    IReadOnlyList<FieldError>? Errors = null,
    double? RetryAfterSeconds = null)
{
    /// <summary>Media type of a problem document.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The document for an exception of ours.</summary>
    public static Problem From(WrnException exception) => new(
        $"urn:wrncloud:error:{exception.Error.Code}",
        exception.Error.Title,
        exception.Error.Status,
        exception.Message,
        exception.Error.Code,
        exception.FieldErrors.Count == 0 ? null : exception.FieldErrors,
        exception.RetryAfter?.TotalSeconds);
}
