namespace WrnCloud.Errors;

/// <summary>A documented failure with a code of the <see cref="ErrorCatalogue"/> and a sentence with the offending value.</summary>
public sealed class WrnException(ErrorCode error, string detail, IReadOnlyList<FieldError>? fieldErrors = null, Exception? innerException = null)
    : Exception(detail, innerException)
{
    /// <summary>The kind of error.</summary>
    public ErrorCode Error { get; } = error;

    /// <summary>Every wrong field, when fields were at fault.</summary>
    public IReadOnlyList<FieldError> FieldErrors { get; } = fieldErrors ?? [];

    /// <summary>When to try again, if that may help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The failure for a request with at least one wrong field. A single field gives its own code; several share one, and each keeps its own in the
    /// list. An unknown field takes precedence, because the sender has another contract in mind.
    /// </summary>
    public static WrnException ForFields(IReadOnlyList<FieldError> errors)
    {
        var codes = errors.Select(e => e.Code).Distinct().ToList();
        var byCode = ErrorCatalogue.All.ToDictionary(e => e.Code);
        var error = codes.Count == 1 ? byCode[codes[0]]
            : codes.Contains(ErrorCatalogue.UnknownField.Code) ? ErrorCatalogue.UnknownField
            : ErrorCatalogue.RequestInvalid;
        return new WrnException(error, errors.Count == 1 ? $"{errors[0].Pointer}: {errors[0].Detail}" : $"{errors.Count} fields are wrong.", errors);
    }
}
