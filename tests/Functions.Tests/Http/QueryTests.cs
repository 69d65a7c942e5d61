using Microsoft.AspNetCore.Http;
using WrnCloud.Errors;
using WrnCloud.Functions.Http;

namespace WrnCloud.Functions.Tests.Http;

public sealed class QueryTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("10", 10)]
    [InlineData("2147483647", int.MaxValue)]
    public void Version_Digits_IsTheNumber(string text, int version) => Assert.Equal(version, Query.Version(text));

    [Theory]
    [InlineData("0")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1e0")]
    [InlineData("٣")]
    [InlineData("2147483648")]
    [InlineData("")]
    public void Version_AnyOtherSpelling_IsInvalid(string text) => AssertInvalid(() => Query.Version(text));

    [Theory]
    [InlineData("?count=%2B5")]
    [InlineData("?count=05")]
    [InlineData("?count=0")]
    [InlineData("?count=201")]
    public void Number_OutOfRangeOrOddlySpelt_IsInvalid(string query) => AssertInvalid(() => Query.Number(Request(query), "count", 50, 1, 200));

    [Theory]
    [InlineData("?cout=5")]
    [InlineData("?Count=5&next=a")]
    [InlineData("?count=5&count=6")]
    [InlineData("?=x")]
    public void Require_UnknownOrRepeated_IsInvalid(string query) => AssertInvalid(() => Query.Require(Request(query), "count", "next"));

    [Theory]
    [InlineData("")]
    [InlineData("?count=5&next=a&code=key")]
    public void Require_KnownOnesAndTheKey_Pass(string query) => Query.Require(Request(query), "count", "next");

    [Fact]
    public void PageToken_OfItsList_GivesTheMarker() => Assert.Equal("2!92!MDAw/ü", PageToken.Read("jobs", PageToken.Make("jobs", "2!92!MDAw/ü")));

    [Theory]
    [InlineData("garbage")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all")]
    [InlineData("")]
    public void PageToken_AnyOtherText_IsInvalid(string token) => AssertInvalid(() => PageToken.Read("jobs", token));

    [Fact]
    public void PageToken_OfAnotherList_IsInvalid() => AssertInvalid(() => PageToken.Read("jobs Failed", PageToken.Make("jobs", "marker")));

    private static HttpRequest Request(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        return request;
    }

    private static void AssertInvalid(Action action) => Assert.Equal(ErrorCatalogue.QueryInvalid, Assert.Throws<WrnException>(action).Error);
}
