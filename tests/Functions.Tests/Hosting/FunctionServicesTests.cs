using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
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
        await using var services = Build();

        Assert.NotNull(ActivatorUtilities.CreateInstance(services, typeof(FunctionServices).Assembly.GetType(type)!));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("2000000")]
    [InlineData("8Gi")]
    public async Task Start_TrainersMemoryOutOfRange_EndsItByTheSettingsName(string value)
    {
        await using var services = Build(("Trainer:MemoryGiB", value));

        var refusal = Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("MemoryGiB", refusal.Message, StringComparison.Ordinal);
    }

    // Nothing is connected to before the first use.
    private static ServiceProvider Build(params (string Name, string Value)[] settings)
    {
        var values = settings.ToDictionary(s => s.Name, s => (string?)s.Value);
        values["Storage:ConnectionString"] = "UseDevelopmentStorage=true";
        values["ServiceBus:ConnectionString"] = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=name;SharedAccessKey=a2V5;UseDevelopmentEmulator=true";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return new ServiceCollection().AddLogging().AddWrnCloudFunctions(configuration).BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
