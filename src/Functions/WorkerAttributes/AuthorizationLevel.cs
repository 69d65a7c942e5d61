namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which key a request needs.</summary>
public enum AuthorizationLevel
{
    Anonymous,
    User,
    Function,
    System,
    Admin,
}
