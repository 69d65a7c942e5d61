using System.Text;
using WrnCloud.Errors;

namespace WrnCloud.Functions.Tests.OpenApi;

/// <summary>docs/errors.md, from the catalogue.</summary>
internal static class ErrorsMarkdown
{
    public static string Render()
    {
        var text = new StringBuilder();
        text.Append("# Errors\n\n");
        text.Append("Every error is a problem document (RFC 9457, `application/problem+json`). Branch on `code`: it never changes its meaning.\n");
        text.Append(
            "`detail` names the offending value; `errors` lists every wrong field by JSON pointer, each with a code of this table and, in `allowed`, "
                + "what would be right.\n");
        text.Append(
            "The same codes are the reasons of jobs and batches that failed, and of single pictures. "
                + "A `Retry-After` header says when to try again.\n\n");
        text.Append("Generated from `ErrorCatalogue` by the tests of Functions.\n\n");
        text.Append("| code | status | what happened | what to do |\n|---|---|---|---|\n");
        foreach (var error in ErrorCatalogue.All.OrderBy(e => e.Code, StringComparer.Ordinal))
            text.Append($"| `{error.Code}` | {error.Status} | {error.Title} | {error.Remedy} |\n");
        return text.ToString();
    }
}
