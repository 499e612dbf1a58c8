using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// What a system call answered: a count or a descriptor, or the errno of its failure. Outside causes are values
/// in this code base, never exceptions.
/// </summary>
public readonly struct SysResult
{
    private readonly nint _value;

    private SysResult(nint value) => _value = value;

    /// <summary>True when the call failed; <see cref="Errno"/> then says why.</summary>
    public bool IsError => _value < 0;

    /// <summary>The call's result, 0 or more; meaningless when <see cref="IsError"/>.</summary>
    public nint Value => _value;

    /// <summary>The result as a descriptor or a small count.</summary>
    public int Int => (int)_value;

    /// <summary>The reason of the failure, <see cref="Errno.None"/> when there was none.</summary>
    public Errno Errno => _value < 0 ? (Errno)(int)-_value : Errno.None;

    /// <summary>Wraps what a call returned; errno is read here, so this must follow the call at once.</summary>
    public static SysResult Of(nint returned)
        => returned >= 0 ? new SysResult(returned) : new SysResult(-Marshal.GetLastSystemError());

    /// <summary>A success with a value that no call returned.</summary>
    public static SysResult Ok(nint value) => new(value);

    /// <summary>A failure that no call returned, for transports of our own and for tests.</summary>
    public static SysResult Fail(Errno errno) => new(-(nint)(int)errno);

    /// <inheritdoc/>
    public override string ToString() => IsError ? $"errno {(int)Errno} ({Errno})" : _value.ToString();
}
