using WrnCloud.Errors;

namespace WrnCloud.Shared.Tests.Errors;

public sealed class WrnExceptionTests
{
    [Theory]
    [InlineData("value-invalid", 422, "value-invalid")]
    [InlineData("name-invalid", 400, "name-invalid", "name-invalid")]
    [InlineData("request-invalid", 422, "name-invalid", "value-invalid")]
    [InlineData("unknown-field", 400, "value-invalid", "unknown-field")]
    public void ForFields_TakesTheSharedCodeElseTheUnknownFieldsElseTheGeneralOne(string code, int status, params string[] fields)
    {
        var exception = WrnException.ForFields([.. fields.Select((f, i) => new FieldError($"/{i}", f, "The detail."))]);

        Assert.Equal((code, status), (exception.Error.Code, exception.Error.Status));
        Assert.Equal(fields, exception.FieldErrors.Select(e => e.Code));
    }
}
