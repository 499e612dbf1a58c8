using Larder.Protocol.Placement;
using Xunit;

namespace Larder.Protocol.Tests.Placement;

/// <summary>Aim: sets of servers. Method: beside a set of the class library.</summary>
public sealed class ServerBitsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(64, 1)]
    [InlineData(65, 2)]
    public void Set_of_some_servers_has_enough_words(int servers, int words) =>
        Assert.Equal(words, ServerBits.WordCount(servers));

    [Fact]
    public void Set_that_is_changed_at_random_holds_what_a_hash_set_holds()
    {
        const int seed = 7;
        Random random = new(seed);
        ulong[] set = new ulong[ServerBits.WordCount(200)];
        HashSet<int> expected = [];
        for (int i = 0; i < 2000; i++)
        {
            int server = random.Next(200);
            if (random.Next(2) == 0)
            {
                ServerBits.Add(set, server);
                expected.Add(server);
            }
            else
            {
                ServerBits.Remove(set, server);
                expected.Remove(server);
            }
        }

        for (int server = 0; server < 400; server++)
            Assert.Equal(expected.Contains(server), ServerBits.Contains(set, server));
    }
}
