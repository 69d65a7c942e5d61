using Microsoft.AspNetCore.Http;
using WrnCloud.Contracts.Jobs;
using WrnCloud.Functions.Training;
using WrnCloud.Hosting;
using WrnCloud.Jobs;
using WrnCloud.LocalCloud.Tests.Storage;

namespace WrnCloud.LocalCloud.Tests.Functions;

/// <summary>Pages of jobs from a real store.</summary>
public sealed class ReadJobsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_EndedJobsAmongOthers_PagesHaveEachOnceAndAreNeverLonger()
    {
        var jobs = new JobStore(azurite.Blobs, new RandomIdSource());
        var ended = new List<string>();
        for (var i = 0; i < 26; i++)
        {
            var job = SampleJobs.Accepted() with { State = i % 2 == 0 ? JobState.Failed : JobState.Queued };
            if (i is > 4 and < 22) job = job with { State = JobState.Queued };
            await jobs.CreateAsync(job, Token);
            if (job.State == JobState.Failed) ended.Add(job.Id);
        }

        var listed = new List<string>();
        var read = new ReadJobs(jobs, new MetricsReader(azurite.Blobs));
        string? next = null;
        do
        {
            var context = new DefaultHttpContext();
            context.Request.QueryString = QueryString.Create(
                new Dictionary<string, string?> { ["state"] = "failed", ["count"] = "2", ["next"] = next });
            var page = Assert.IsType<Page<Job>>(Assert.IsAssignableFrom<IValueHttpResult>(await read.ListAsync(context.Request, Token)).Value);
            Assert.InRange(page.Items.Count, 0, 2);
            listed.AddRange(page.Items.Select(j => j.Id));
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(ended.Order(StringComparer.Ordinal), listed);
    }
}
