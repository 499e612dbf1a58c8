namespace Larder.Objects.Devices;

/// <summary>
/// Which operations of a device will probably wait for it, going by those before: a disk whose folders and files are in
/// memory does not wait at all, and the same operation on a large cold one nearly always. Syncs always wait. Any
/// thread.
/// </summary>
internal sealed class LikelyWaits
{
    /// <summary>
    /// An operation that takes longer has waited: what is in memory takes 3 to 100 us, the fastest disks answer in
    /// about as much, and handing work to another thread costs 10.
    /// </summary>
    internal const long WaitNs = 250_000;

    /// <summary>Above it a wait is expected: one of four that waits is enough to reach it, fewer are not.</summary>
    private const int Expected = 12;

    private const int ScoreMax = 24;
    private const int Waited = 3;

    private readonly int[] _scores = new int[(int)DeviceOperation.Attribute + 1]; // owner: any; races lose a note

    /// <summary>Whether the next operation of this kind will probably wait.</summary>
    public bool Expects(DeviceOperation operation)
        => operation == DeviceOperation.Sync || Volatile.Read(ref _scores[(int)operation]) > Expected;

    /// <summary>Notes how long one took.</summary>
    /// <param name="operation">What it was.</param>
    /// <param name="ns">Nanoseconds.</param>
    /// <param name="moved">Bytes, if it moved any: each is granted a nanosecond, thrice what copying takes.</param>
    public void Note(DeviceOperation operation, long ns, long moved)
    {
        ref int place = ref _scores[(int)operation];
        int score = Volatile.Read(ref place);
        int next = ns >= WaitNs + moved ? Math.Min(score + Waited, ScoreMax) : Math.Max(score - 1, 0);
        if (next != score)
        {
            Volatile.Write(ref place, next);
        }
    }
}
