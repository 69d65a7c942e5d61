using WrnCloud.Errors;

namespace WrnCloud.Cli.Api;

/// <summary>The server rejected the request.</summary>
internal sealed class ApiException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
