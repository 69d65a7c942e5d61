namespace WrnCloud.Errors;

/// <summary>One wrong field of a request.</summary>
/// <param name="Pointer">JSON pointer to the field, such as <c>/overrides/epochs</c>.</param>
/// <param name="Code">A code of the catalogue.</param>
/// <param name="Detail">What is wrong with this value.</param>
/// <param name="Allowed">What would be right: a range or a list.</param>
public sealed record FieldError(string Pointer, string Code, string Detail, string? Allowed = null);
