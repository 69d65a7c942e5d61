using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WrnCloud.Functions.Hosting;

namespace WrnCloud.Functions.Tests.Hosting;

public sealed class FunctionServicesTests
{
    public static TheoryData<string> FunctionClasses =>
    [
        .. typeof(FunctionServices).Assembly.GetTypes()
            .Where(t => t.GetMethods().Any(m => m.GetCustomAttribute<FunctionAttribute>() is not null)).Select(t => t.FullName!),
    ];

    [Theory]
    [MemberData(nameof(FunctionClasses))]
    public async Task AddWrnCloudFunctions_EveryFunctionClass_CanBeMade(string type)
    {
        // Nothing is connected to before the first use.
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = "UseDevelopmentStorage=true",
            ["ServiceBus:ConnectionString"] = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=name;SharedAccessKey=a2V5;UseDevelopmentEmulator=true",
        }).Build();
        await using var services = new ServiceCollection().AddLogging().AddWrnCloudFunctions(configuration).BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        Assert.NotNull(ActivatorUtilities.CreateInstance(services, typeof(FunctionServices).Assembly.GetType(type)!));
    }
}
