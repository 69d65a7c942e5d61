using System.Text.Json;
using WrnCloud.Hosting;
using WrnCloud.Models;

namespace WrnCloud.Shared.Tests.Models;

public sealed class ParityResultTests
{
    [Fact]
    public void Deserialize_ResultFromBeforeSampling_IsOfTheWholeSet()
    {
        const string Old = """{"passed":true,"maxProbabilityDifference":1E-06,"top1Agreement":1,"images":2000}""";

        Assert.Equal(new ParityResult(true, 1e-6, 1, 2000), JsonSerializer.Deserialize<ParityResult>(Old, WrnJson.Compact));
    }
}
