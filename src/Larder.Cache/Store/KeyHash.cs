using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Larder.Cache.Store;

/// <summary>
/// 64-bit hash of short byte strings by multiply and fold: two words of input, each mixed with a secret, are multiplied
/// to 128 bits whose halves are xored (the scheme of wyhash and its relatives). Without the seed nobody can choose keys
/// that meet in one bucket. Not for anything that leaves the process.
/// </summary>
internal static class KeyHash
{
    // Odd constants with about as many ones as zeros (fractional digits of pi), so that no input word is weakened.
    private const ulong Secret0 = 0x243F6A8885A308D3;
    private const ulong Secret1 = 0x13198A2E03707345;
    private const ulong Secret2 = 0xA4093822299F31D1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Compute(ReadOnlySpan<byte> key, ulong seed)
    {
        // A small seed must not meet the key's words as it is: a factor of 0 or 1 would let them through unmixed.
        seed ^= Secret2;
        ref byte start = ref MemoryMarshal.GetReference(key);
        int length = key.Length;
        ulong low, high;
        if (length <= 16)
        {
            if (length >= 8)
            {
                low = Word(ref start, 0);
                high = Word(ref start, length - 8);
            }
            else if (length >= 4)
            {
                low = Half(ref start, 0);
                high = Half(ref start, length - 4);
            }
            else
            {
                low = length > 0 ? Tail(ref start, length) : 0;
                high = 0;
            }
        }
        else
        {
            int offset = 0;
            for (int left = length; left > 16; left -= 16, offset += 16)
                seed = Fold(Word(ref start, offset) ^ Secret1, Word(ref start, offset + 8) ^ seed);
            low = Word(ref start, length - 16);
            high = Word(ref start, length - 8);
        }
        return Fold(Secret2 ^ (ulong)length, Fold(low ^ Secret1, high ^ seed ^ Secret0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        // Two multiplications side by side: the one that gives both halves stores the lower one in memory.
        if (Bmi2.X64.IsSupported) return Bmi2.X64.MultiplyNoFlags(left, right) ^ (left * right);
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    private static ulong Word(ref byte start, int offset)
    {
        Debug.Assert(offset >= 0, "inside the key");
        return Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
    }

    private static ulong Half(ref byte start, int offset) =>
        Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, offset));

    // One to three bytes: first, middle and last cover them all.
    private static ulong Tail(ref byte start, int length) =>
        ((ulong)start << 16) | ((ulong)Unsafe.Add(ref start, length >> 1) << 8) | Unsafe.Add(ref start, length - 1);
}
