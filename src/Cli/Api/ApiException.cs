using WrnCloud.Errors;

namespace WrnCloud.Cli.Api;

/// <summary>The server answered, and the answer is a refusal.</summary>
internal sealed class ApiException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
