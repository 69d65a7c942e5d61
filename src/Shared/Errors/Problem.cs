namespace WrnCloud.Errors;

/// <summary>A problem document (RFC 9457) with this system's code and field errors.</summary>
/// <param name="Type">Identifies the kind of error: <c>urn:wrncloud:error:</c> and the code.</param>
/// <param name="Title">The same sentence for every occurrence.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">The problem in this occurrence, with the offending value.</param>
/// <param name="Code">Stable code for clients to branch on.</param>
/// <param name="Errors">Every wrong field, when fields were at fault.</param>
/// <param name="RetryAfterSeconds">When to try again, if that may help.</param>
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

    /// <summary>The document for a <see cref="WrnException"/>.</summary>
    public static Problem From(WrnException exception) => new(
        $"urn:wrncloud:error:{exception.Error.Code}",
        exception.Error.Title,
        exception.Error.Status,
        exception.Message,
        exception.Error.Code,
        exception.FieldErrors.Count == 0 ? null : exception.FieldErrors,
        exception.RetryAfter?.TotalSeconds);
}
