using System.Diagnostics;
using System.Numerics;
using Larder.Events.Driving;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// How long the commands of one thread took, by command: from the beginning of the step that received the last byte of
/// a command to the moment when the kernel had its answer. All commands of a batch have the batch's time, which is what
/// its client saw. Errors are counted under their command, or as "other". A histogram of 34 KiB is made with the first
/// command of its kind.
/// </summary>
/// <remarks>
/// Written by the thread, read by any without a lock: a reader may see a command a moment late. A reset only says that
/// what there is is old; the thread itself clears it.
/// </remarks>
internal sealed class LatencyMeter
{
    /// <summary>get and its relatives with more than one key.</summary>
    public const int Multiget = (int)TextCommand.MetaNoop + 1;

    /// <summary>Kinds of commands: those of <see cref="TextCommand"/>, and multigets.</summary>
    public const int KindCount = Multiget + 1;

    private const int NanosecondsPerSecond = 1_000_000_000;
    private static readonly double s_nanosecondsPerTick = (double)NanosecondsPerSecond / Stopwatch.Frequency;

    // owner: the driver's thread; read by any
    private readonly LatencyHistogram?[] _histograms = new LatencyHistogram?[KindCount];
    private int _clearedFor;    // resets that are done here

    // owner: the driver's thread
    private readonly int[] _counts = new int[KindCount]; // of the present batch
    private ulong _kinds;       // those that are not 0
    private int _resets;        // owner: anybody, interlocked; resets that were asked for

    /// <summary>Nothing was executed since the last <see cref="Record"/>.</summary>
    public bool IsEmpty => _kinds == 0;

    /// <summary>The name of a kind as statistics have it.</summary>
    public static ReadOnlySpan<byte> NameOf(int kind) =>
        kind == Multiget ? "multiget"u8 : kind == 0 ? "other"u8 : TextCommandNames.Of((TextCommand)kind);

    /// <summary>The name of a binary command, without its quietness.</summary>
    public static ReadOnlySpan<byte> NameOf(BinaryOpcode command) => NameOf((int)ClassicOf(command));

    /// <summary>A command was executed; it is recorded with its batch.</summary>
    /// <param name="command">Which.</param>
    /// <param name="hasMoreKeys">More follows its key: where that is one of gets, more keys.</param>
    public void Note(TextCommand command, bool hasMoreKeys = false) =>
        Note(hasMoreKeys && command is >= TextCommand.Get and <= TextCommand.Gats ? Multiget : (int)command);

    /// <summary>The same for a binary one, under the name of the classic command that does the same.</summary>
    /// <param name="command">Without its quietness.</param>
    public void Note(BinaryOpcode command) => Note((int)ClassicOf(command));

    private void Note(int kind)
    {
        _counts[kind]++;
        _kinds |= 1ul << kind;
    }

    /// <summary>The batch was not answered: its connection is gone.</summary>
    public void Discard()
    {
        for (; _kinds != 0; _kinds &= _kinds - 1) _counts[BitOperations.TrailingZeroCount(_kinds)] = 0;
    }

    /// <summary>The batch was answered so many <see cref="Stopwatch"/> ticks after it came.</summary>
    public void Record(long ticks)
    {
        int resets = Volatile.Read(ref _resets);
        if (_clearedFor != resets)
        {
            foreach (LatencyHistogram? old in _histograms) old?.Clear();
            Volatile.Write(ref _clearedFor, resets);
        }
        long nanoseconds = (long)(ticks * s_nanosecondsPerTick);
        for (; _kinds != 0; _kinds &= _kinds - 1)
        {
            int kind = BitOperations.TrailingZeroCount(_kinds);
            LatencyHistogram histogram = _histograms[kind] ?? Make(kind);
            histogram.Record(nanoseconds, _counts[kind]);
            _counts[kind] = 0;
        }
    }

    /// <summary>Adds what was recorded of a kind since the last reset. Any thread.</summary>
    public void AddTo(LatencyHistogram sum, int kind)
    {
        bool isOld = Volatile.Read(ref _clearedFor) != Volatile.Read(ref _resets);
        if (!isOld && Volatile.Read(ref _histograms[kind]) is { } histogram) sum.Add(histogram);
    }

    /// <summary>Begins anew. Any thread.</summary>
    public void Reset() => Interlocked.Increment(ref _resets);

    private static TextCommand ClassicOf(BinaryOpcode command) => command switch
    {
        BinaryOpcode.Get or BinaryOpcode.GetK => TextCommand.Get,
        BinaryOpcode.Gat or BinaryOpcode.GatK => TextCommand.Gat,
        BinaryOpcode.Set => TextCommand.Set,
        BinaryOpcode.Add => TextCommand.Add,
        BinaryOpcode.Replace => TextCommand.Replace,
        BinaryOpcode.Append => TextCommand.Append,
        BinaryOpcode.Prepend => TextCommand.Prepend,
        BinaryOpcode.Delete => TextCommand.Delete,
        BinaryOpcode.Increment => TextCommand.Incr,
        BinaryOpcode.Decrement => TextCommand.Decr,
        BinaryOpcode.Touch => TextCommand.Touch,
        BinaryOpcode.Flush => TextCommand.FlushAll,
        BinaryOpcode.Stat => TextCommand.Stats,
        BinaryOpcode.Version => TextCommand.Version,
        BinaryOpcode.Verbosity => TextCommand.Verbosity,
        BinaryOpcode.Noop => TextCommand.MetaNoop,
        _ => TextCommand.Unknown,
    };

    private LatencyHistogram Make(int kind)
    {
        var histogram = new LatencyHistogram();
        Volatile.Write(ref _histograms[kind], histogram);
        return histogram;
    }
}
