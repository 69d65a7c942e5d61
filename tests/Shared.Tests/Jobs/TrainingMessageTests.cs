using System.Text;
using WrnCloud.Jobs;
using WrnCloud.Storage;

namespace WrnCloud.Shared.Tests.Jobs;

public sealed class TrainingMessageTests
{
    [Fact]
    public void For_Job_NamesJobAndDispatchAndCarriesTheTrace()
    {
        var job = JobRecords.In(JobState.Interrupted, 1) with
        {
            Dispatch = 3,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };

        var message = TrainingMessage.For(job);

        Assert.Equal("0123456789abcdefghjk.3", message.MessageId);
        Assert.Equal("""{"schema":1,"jobId":"0123456789abcdefghjk","dispatch":3}""", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(new TrainingMessage(1, job.Id, 3), TrainingMessage.TryParse(message.Body));
        Assert.Equal(job.TraceParent, message.Properties![TrainingMessage.TraceParentProperty]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("no json")]
    [InlineData("""{"schema":2,"jobId":"a","dispatch":1}""")]
    [InlineData("""{"jobId":"a","dispatch":1}""")]
    [InlineData("""{"schema":1,"dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":null,"dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"","dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"../models","dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"a/b","dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"a"}""")]
    [InlineData("""{"schema":1,"jobId":"a","dispatch":0}""")]
    [InlineData("""{"schema":1,"jobId":"a","dispatch":-1}""")]
    [InlineData("""{"schema":1,"jobId":"a","dispatch":"1"}""")]
    [InlineData("""{"schema":1,"jobId":"a","dispatch":4294967296}""")]
    [InlineData("""{"schema":1,"jobId":"a","dispatch":1,"data":"x"}""")]
    [InlineData("""{"schema":1,"schema":1,"jobId":"a","dispatch":1}""")]
    [InlineData("""{"Schema":1,"JobId":"a","Dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"\ud800","dispatch":1}""")]
    [InlineData("""{"schema":1,"jobId":"a","dispatch":1} x""")]
    public void TryParse_OtherBytes_IsNull(string text) => Assert.Null(TrainingMessage.TryParse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void TryParse_DamagedMessage_NeverThrows()
    {
        var random = new Random(20_160_523);
        var whole = TrainingMessage.For(JobRecords.In(JobState.Accepted)).Body.ToArray();
        for (var round = 0; round < 5000; round++)
        {
            var damaged = whole[..random.Next(whole.Length + 1)];
            for (var i = random.Next(4); i > 0 && damaged.Length > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (TrainingMessage.TryParse(damaged) is { } message) Assert.True(BlobName.IsSegment(message.JobId) && message.Dispatch > 0);
        }
    }
}
