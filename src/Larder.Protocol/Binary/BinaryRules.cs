using static Larder.Protocol.Binary.BinaryFrame;
using static Larder.Protocol.Binary.BinaryOpcode;

namespace Larder.Protocol.Binary;

/// <summary>
/// One table for all opcodes: what each request must look like, checked before anything is executed. It is memcached's
/// (dispatch_bin_command), but a value where none belongs is refused, which memcached lets through to get out of step.
/// </summary>
public static class BinaryRules
{
    private static readonly BinaryRule[] s_rules = Fill();

    /// <summary>The rule of an opcode.</summary>
    /// <param name="opcode">Any byte.</param>
    /// <returns>A rule that is not known for opcodes without meaning.</returns>
    public static ref readonly BinaryRule Of(byte opcode) => ref s_rules[opcode];

    private static BinaryRule[] Fill()
    {
        var rules = new BinaryRule[byte.MaxValue + 1];
        Enter(BinaryRule.Keyed(Get), GetQ);
        Enter(BinaryRule.Keyed(GetK), GetKQ);
        Enter(BinaryRule.Keyed(Gat, WordExtrasLength), GatQ);
        Enter(BinaryRule.Keyed(GatK, WordExtrasLength), GatKQ);
        Enter(BinaryRule.Keyed(Touch, WordExtrasLength));
        Enter(BinaryRule.Keyed(Set, StorageExtrasLength, mayHaveValue: true), SetQ);
        Enter(BinaryRule.Keyed(Add, StorageExtrasLength, mayHaveValue: true), AddQ);
        Enter(BinaryRule.Keyed(Replace, StorageExtrasLength, mayHaveValue: true), ReplaceQ);
        Enter(BinaryRule.Keyed(Append, mayHaveValue: true), AppendQ);
        Enter(BinaryRule.Keyed(Prepend, mayHaveValue: true), PrependQ);
        Enter(BinaryRule.Keyed(Delete), DeleteQ);
        Enter(BinaryRule.Keyed(Increment, ArithmeticExtrasLength), IncrementQ);
        Enter(BinaryRule.Keyed(Decrement, ArithmeticExtrasLength), DecrementQ);
        Enter(BinaryRule.Bare(Quit), QuitQ);
        Enter(BinaryRule.Bare(Flush, WordExtrasLength, mayOmitExtras: true), FlushQ);
        Enter(BinaryRule.Bare(Noop));
        Enter(BinaryRule.Bare(BinaryOpcode.Version));
        Enter(BinaryRule.Bare(Stat).WithOptionalKey());
        Enter(BinaryRule.Bare(Verbosity, WordExtrasLength));
        Enter(BinaryRule.Bare(SaslList));
        Enter(BinaryRule.Keyed(SaslAuth, mayHaveValue: true));
        Enter(BinaryRule.Keyed(SaslStep, mayHaveValue: true));
        return rules;

        void Enter(BinaryRule rule, BinaryOpcode quiet = default)
        {
            rules[(byte)rule.Command] = rule;
            if (quiet != default)
                rules[(byte)quiet] = rule.Quiet();
        }
    }
}
