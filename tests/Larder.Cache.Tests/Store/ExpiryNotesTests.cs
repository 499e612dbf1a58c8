using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>When the bytes of a segment are due: never told too late, and cleared by a walk.</summary>
public sealed class ExpiryNotesTests
{
    [Fact]
    public void Bytes_are_due_when_the_earliest_second_of_their_level_has_come()
    {
        ExpiryNotes notes = Begun(at: 100);
        notes.Note(105, 10);
        notes.Note(107, 20);
        notes.Note(108, 40);
        notes.Note(0, 80);
        Assert.Equal(105u, notes.Earliest);
        Assert.Equal(0, notes.BytesDue(104));
        // 4 to 7 seconds are one level: told too large, not too late.
        Assert.Equal(30, notes.BytesDue(105));
        Assert.Equal(70, notes.BytesDue(108));
    }

    [Fact]
    public void Cleared_notes_count_from_then_on_in_finer_levels()
    {
        ExpiryNotes notes = Begun(at: 100);
        notes.Clear(104);
        Assert.Equal((ExpiryNotes.Never, 0L), (notes.Earliest, notes.BytesDue(uint.MaxValue - 1)));
        notes.Note(105, 10);
        notes.Note(107, 20);
        Assert.Equal(10, notes.BytesDue(105));
        Assert.Equal(30, notes.BytesDue(107));
    }

    [Fact]
    public void Time_that_is_over_and_the_last_time_there_is_have_levels()
    {
        ExpiryNotes notes = Begun(at: 100);
        notes.Note(StoreClock.Past, 10);
        notes.Note(uint.MaxValue - 1, 20);
        Assert.Equal(10, notes.BytesDue(100));
        Assert.Equal(30, notes.BytesDue(uint.MaxValue - 1));
    }

    [Fact]
    public void Bytes_of_an_item_that_is_noted_endlessly_stop_at_what_fits()
    {
        ExpiryNotes notes = Begun(at: 100);
        for (int count = 0; count < 5; count++) notes.Note(200, 1L << 30);
        Assert.Equal(uint.MaxValue, notes.BytesDue(200));
    }

    [Fact]
    public void Notes_of_one_large_item_are_all_due_or_nothing()
    {
        var notes = new ExpiryNotes([ExpiryNotes.Never], 0);
        notes.Clear(100);
        notes.Note(0, 10);
        notes.Note(200, 10);
        notes.Note(150, 10);
        notes.Note(250, 10);
        Assert.Equal((0L, long.MaxValue), (notes.BytesDue(149), notes.BytesDue(150)));
        notes.Clear(150);
        Assert.Equal(0, notes.BytesDue(250));
    }

    [Fact]
    public void Notes_of_many_threads_are_all_there()
    {
        ExpiryNotes notes = Begun(at: 100);
        var threads = new Thread[4];
        for (int index = 0; index < threads.Length; index++)
        {
            uint first = 200 - (uint)index;
            threads[index] = new Thread(() =>
            {
                for (uint count = 0; count < 20_000; count++) notes.Note(first - count % 60, 1);
            });
        }
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal((138u, 80_000L), (notes.Earliest, notes.BytesDue(200)));
    }

    private static ExpiryNotes Begun(uint at)
    {
        var notes = new ExpiryNotes([ExpiryNotes.Never], 0);
        notes.MakeLevels();
        notes.Clear(at);
        return notes;
    }
}
