namespace WrnCloud.Errors;

/// <summary>One wrong field of a request.</summary>
/// <param name="Pointer">JSON pointer to the field, such as <c>/overrides/epochs</c>.</param>
/// <param name="Code">A code of the catalogue.</param>
/// <param name="Detail">The problem with this value.</param>
/// <param name="Allowed">The allowed values: a range or a list.</param>
public sealed record FieldError(string Pointer, string Code, string Detail, string? Allowed = null);
