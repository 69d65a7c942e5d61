namespace WrnCloud.Functions.OpenApi;

public sealed class ApiDocument
{
}
