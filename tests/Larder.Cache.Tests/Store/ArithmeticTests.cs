using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

public sealed class ArithmeticTests : IDisposable
{
    private readonly StoreBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("5", 3, false, "8")]
    [InlineData("9", 1, false, "10")]
    [InlineData("10", 1, true, "9 ")]
    [InlineData("10", 11, true, "0 ")]
    [InlineData("100", 1, false, "101")]
    [InlineData(" 12", 1, false, "13 ")]
    [InlineData("12 ", 1, false, "13 ")]
    [InlineData("+5", 1, false, "6 ")]
    [InlineData("18446744073709551615", 2, false, "1                   ")]
    [InlineData("18446744073709551615", 1, true, "18446744073709551614")]
    public void Number_in_place_is_padded_and_a_longer_one_is_not(string before, ulong delta, bool down, string after)
    {
        _bench.Put("n", before, new() { ClientFlags = 3, Expiry = 500 });
        ArithmeticResult result = _bench.Count("n", new() { Delta = delta, IsDecrement = down });
        Assert.Equal(ArithmeticStatus.Done, result.Status);
        Assert.Equal(ulong.Parse(after), result.Value);
        _bench.Find("n", out Shown shown);
        Assert.Equal((after, 3u, 500u, result.Cas), (shown.Text, shown.ClientFlags, shown.Expiry, shown.Cas));
        _bench.CheckAccounts();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a")]
    [InlineData("1a")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("000000000000000000001")]
    public void Text_that_is_no_number_is_refused(string text)
    {
        _bench.Put("n", text);
        Assert.Equal(ArithmeticStatus.NonNumeric, _bench.Count("n", new() { Delta = 1 }).Status);
        Assert.Equal(text, _bench.Get("n"));
    }

    [Fact]
    public void Missing_key_is_not_found_or_created()
    {
        Assert.Equal(ArithmeticStatus.NotFound, _bench.Count("n", new() { Delta = 1 }).Status);
        ArithmeticResult created =
            _bench.Count("n", new() { Delta = 1, Vivify = true, Initial = 40, VivifyExpiry = 90, ExplicitCas = 7 });
        Assert.Equal((ArithmeticStatus.Created, 40ul, 7ul, 90u),
            (created.Status, created.Value, created.Cas, created.Expiry));
        Assert.Equal("40", _bench.Get("n"));
        Assert.Equal(41ul, _bench.Count("n", new() { Delta = 1, Vivify = true, Initial = 5 }).Value);
    }

    [Fact]
    public void Compare_cas_guards_and_expiry_and_token_can_be_set()
    {
        ulong cas = _bench.Put("n", "1").Cas;
        var request = new ArithmeticRequest { Delta = 1, HasCompareCas = true, HasExpiry = true, Expiry = 77 };
        Assert.Equal(ArithmeticStatus.Exists, _bench.Count("n", request with { CompareCas = cas + 1 }).Status);
        ArithmeticResult result = _bench.Count("n", request with { CompareCas = cas, ExplicitCas = 99 });
        Assert.Equal((ArithmeticStatus.Done, 2ul, 99ul, 77u), (result.Status, result.Value, result.Cas, result.Expiry));
        _bench.Find("n", out Shown shown);
        Assert.Equal((99ul, 77u, false), (shown.Cas, shown.Expiry, shown.IsFetched));
    }

    [Fact]
    public void Arithmetic_marks_access_but_not_fetched()
    {
        _bench.Put("n", "1");
        _bench.Clock.Move(4);
        _bench.Count("n", new() { Delta = 1 });
        _bench.Find("n", out Shown shown);
        Assert.Equal((6u, false), (shown.LastAccess, shown.IsFetched));
    }

    [Theory]
    [InlineData("0", true, 0ul)]
    [InlineData("18446744073709551615", true, ulong.MaxValue)]
    [InlineData("\t7\n", true, 7ul)]
    [InlineData("7 x", true, 7ul)]
    [InlineData("-0", true, 0ul)]
    [InlineData("- 1", false, 0ul)]
    [InlineData("+", false, 0ul)]
    public void Decimal_reader_accepts_what_strtoull_does(string text, bool accepted, ulong number)
    {
        Assert.Equal(accepted, Decimal64.TryParse(StoreBench.Bytes(text), out ulong read));
        if (accepted) Assert.Equal(number, read);
    }
}
