using System.Net;
using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Driving;

/// <summary>
/// Aim: a worker that is slow to arm the connection which it has let go does not undo what another has armed since.
/// Method: the first worker is held between the two; a turn that is asked for meanwhile is had by the second, which
/// leaves output behind that only an event of the socket can send.
/// </summary>
public sealed class OvertakenWorkerTests
{
    private const int ReplyBytes = 32 * 1024 * 1024; // more than the kernel takes for a client that does not read

    [Theory]
    [InlineData(Trigger.Edge), InlineData(Trigger.Level)]
    public void Output_that_another_worker_left_behind_is_sent(Trigger trigger)
    {
        var factory = new Factory();
        var options = new DriverOptions { Driver = DriverKind.Queue, Trigger = trigger, Threads = 2 };
        using var server = new StreamServer(options, factory);
        factory.HasArmed = before => server.Turns.Sum(turn => turn.Counters.InterestChanges) > before;
        factory.Armed = () => server.Turns.Sum(turn => turn.Counters.InterestChanges);
        server.Listen(new ListenAddress.Tcp(IPAddress.Loopback, 0), new ListenOptions());
        server.Start();
        using var client = new LineClient(server.Listeners[0].LocalEndPoint!);
        client.Send("x");
        Until.True(() => factory.IsOvertaken, "the second worker has armed it");
        Assert.All(client.ReadExactly(ReplyBytes), static each => Assert.Equal((byte)'r', each));
    }

    private sealed class Factory : IConnectionFactory
    {
        private volatile bool _isOvertaken;

        public Func<long> Armed { get; set; } = static () => 0;

        public Func<long, bool> HasArmed { get; set; } = static _ => true;

        public bool IsOvertaken
        {
            get => _isOvertaken;
            set => _isOvertaken = value;
        }

        public Connection Create(Listener listener) => new Overtaken(this);
    }

    private sealed class Overtaken(Factory factory) : Connection
    {
        private bool _isHeld;

        protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
        {
            consumed = input.Length;
            if (input.IsEmpty)
            {
                byte[] reply = new byte[ReplyBytes];
                reply.AsSpan().Fill((byte)'r');
                Output.Write(reply);
            }
            return InputState.NeedMore;
        }

        internal override void Release()
        {
            base.Release();
            if (!_isHeld)
            {
                _isHeld = true;
                long before = factory.Armed();
                RequestTurn();
                Until.True(() => factory.HasArmed(before), "the second worker arms it");
                factory.IsOvertaken = true;
            }
        }
    }
}
