namespace WrnCloud.Errors;

/// <summary>A documented failure: carries a code of the <see cref="ErrorCatalogue"/> and a sentence with the offending value.</summary>
public sealed class WrnException(ErrorCode error, string detail, IReadOnlyList<FieldError>? fieldErrors = null, Exception? innerException = null)
    : Exception(detail, innerException)
{
    /// <summary>The kind of error.</summary>
    public ErrorCode Error { get; } = error;

    /// <summary>Every wrong field, when fields were at fault.</summary>
    public IReadOnlyList<FieldError> FieldErrors { get; } = fieldErrors ?? [];

    /// <summary>When to try again, when that may help.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
