using Larder.Events.Driving;
using Larder.Events.Tests.Support;
using Larder.Events.Wire;

namespace Larder.Events.Tests.Driving;

public sealed class GiveTurnTests
{
    [Theory]
    [InlineData(Trigger.Edge)]
    [InlineData(Trigger.Level)]
    public void Silent_client_that_is_given_a_turn_sends_and_is_answered(Trigger trigger)
    {
        using var server = new LineServer(new DriverOptions { Threads = 1 });
        using var frontEnd = new FrontEnd(0, new DriverOptions { Threads = 1, Trigger = trigger });
        frontEnd.Start();
        var client = new AskingConnection();
        Connector.Connect(server.EndPoint, client, frontEnd);
        Until.True(() => client.Opened, "the client is opened");
        for (int asked = 1; asked <= 3; asked++)
        {
            frontEnd.Post(new TurnMail(frontEnd, client));
            Until.True(() => client.Answers == asked, $"answer {asked}");
        }

        Assert.Equal(3, client.EmptyTurns);
        frontEnd.StopAndJoin(StopMode.Fast, LineClient.DeadlineMs);
    }

    private sealed class TurnMail(FrontEnd frontEnd, Connection connection) : Mail
    {
        protected internal override void Run(Turn turn) => frontEnd.GiveTurn(connection);
    }

    /// <summary>Asks something whenever it has a turn without input.</summary>
    private sealed class AskingConnection : Connection
    {
        private volatile bool _opened;
        private int _answers;

        public bool Opened => _opened;

        public int Answers => Volatile.Read(ref _answers);

        public int EmptyTurns { get; private set; }

        protected internal override bool SpeaksFirst => true;

        protected override void OnOpened(Turn turn) => _opened = true;

        protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
        {
            consumed = input.LastIndexOf((byte)'\n') + 1;
            Interlocked.Add(ref _answers, input[..consumed].Count((byte)'\n'));
            if (input.IsEmpty)
            {
                EmptyTurns++;
                Output.Write("echo again\n"u8);
            }

            return InputState.NeedMore;
        }
    }
}
