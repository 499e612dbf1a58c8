using Larder.Protocol.Scan;
using Xunit;

namespace Larder.Protocol.Tests.Scan;

public class LineScannerTests
{
    [Fact]
    public void Vectorised_search_agrees_with_the_scalar_one_at_every_length_and_offset()
    {
        for (int length = 0; length <= 130; length++)
        {
            for (int at = 0; at <= length; at++)
            {
                byte[] input = new byte[length];
                Array.Fill(input, (byte)'x');
                if (at < length)
                    input[at] = (byte)'\n';
                for (int from = 0; from <= length; from += 7)
                {
                    int expected = at < length && at >= from ? at : -1;
                    Assert.Equal(expected, LineScanner.IndexOfLineFeedScalar(input, from));
                    Assert.Equal(expected, LineScanner.IndexOfLineFeed(input, from));
                }
            }
        }
    }

    [Fact]
    public void First_of_several_line_feeds_is_found()
    {
        Assert.Equal(2, LineScanner.IndexOfLineFeed("ab\n\ncd\n"u8));
        Assert.Equal(3, LineScanner.IndexOfLineFeed("ab\n\ncd\n"u8, 3));
        Assert.Equal(6, LineScanner.IndexOfLineFeedScalar("ab\n\ncd\n"u8, 4));
    }
}
