using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>What an answer needs of its binary request, when the request itself may be gone.</summary>
internal readonly struct BinaryEcho
{
    public BinaryEcho(scoped in BinaryRequest request)
    {
        Opcode = request.Opcode;
        Command = request.Command;
        IsQuiet = request.IsQuiet;
        ComparesCas = request.Cas != 0;
        Opaque = request.Opaque;
    }

    /// <summary>The opcode as sent.</summary>
    public byte Opcode { get; }

    /// <summary>The opcode without its quietness.</summary>
    public BinaryOpcode Command { get; }

    /// <summary>No answer is wanted to the usual end.</summary>
    public bool IsQuiet { get; }

    /// <summary>The request compares a CAS.</summary>
    public bool ComparesCas { get; }

    /// <summary>Four bytes of the client's.</summary>
    public uint Opaque { get; }
}
