using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Larder.Cache.Store;
using Larder.Events.Buffers;
using Larder.Events.Driving;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>The keys of one get, gets, gat or gats line.</summary>
internal ref struct MultigetLookups : ILookups
{
    private readonly CacheThread _thread;
    private readonly ItemStore _store;
    private readonly Turn _turn;
    private readonly Span<KeyPlace> _places;
    private readonly ReadOnlySpan<byte> _line;
    private readonly int _exptime;
    private readonly TextCommand _command;
    private TextKeys _keys;

    /// <param name="thread">The thread.</param>
    /// <param name="turn">Its budget; each key but the first is a request.</param>
    /// <param name="request">The line.</param>
    /// <param name="answered">Keys answered in earlier turns.</param>
    /// <param name="places">Room for <see cref="HashBatch.LengthMax"/> keys.</param>
    public MultigetLookups(
        CacheThread thread, Turn turn, scoped in TextRequest request, int answered, Span<KeyPlace> places)
    {
        _thread = thread;
        _store = thread.Store;
        _turn = turn;
        _places = places;
        _line = request.Line;
        _exptime = request.Exptime;
        _command = request.Command;
        _keys = request.Keys;
        for (; Answered < answered && _keys.MoveNext(); Answered++)
        {
        }
    }

    /// <summary>Keys answered now, those of earlier turns among them.</summary>
    public int Answered { get; private set; }

    /// <summary>Keys are left: turn or output is spent.</summary>
    public bool IsSpent { get; private set; }

    /// <inheritdoc/>
    public bool TryRead(int place, out ulong hash)
    {
        hash = 0;
        if (!_keys.MoveNext())
        {
            return false;
        }
        ReadOnlySpan<byte> key = _keys.Current;
        hash = _store.Hash(key);
        _places[place].Start = (int)Unsafe.ByteOffset(
            ref MemoryMarshal.GetReference(_line), ref MemoryMarshal.GetReference(key));
        _places[place].Length = key.Length;
        return true;
    }

    /// <inheritdoc/>
    public bool TryAnswer(int place, ulong hash)
    {
        // The first key is paid for by the line.
        int price = Answered > 0 ? 1 : 0;
        if (_turn.RequestsLeft < price || _thread.Output.QueuedBytes >= _turn.OutputHigh)
        {
            IsSpent = true;
            return false;
        }
        _turn.RequestsLeft -= price;
        ReadOnlySpan<byte> key = _line.Slice(_places[place].Start, _places[place].Length);
        ClassicReads.Answer(_thread, _command, _exptime, key, hash);
        Answered++;
        return true;
    }
}
