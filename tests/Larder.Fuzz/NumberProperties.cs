using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Larder.Protocol.Scan;
using Larder.Protocol.Tests;
using Larder.Protocol.Tests.Text;
using Larder.Protocol.Text;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// What must hold for every number, key and line; FsCheck chooses, shrinks and prints the seed of what fails.
/// </summary>
public class NumberProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Every_unsigned_number_written_is_read_back() =>
        Prop.ForAll((ulong value, byte shift) =>
        {
            ulong number = value << (shift & 63);
            byte[] text = new byte[NumberWriter.UInt64LengthMax];
            int length = NumberWriter.Write(text, number);
            return Bytes.Text(text.AsSpan(0, length)) == number.ToString(CultureInfo.InvariantCulture)
                && NumberReader.TryReadUInt64(text.AsSpan(0, length), out ulong back) && back == number;
        }).Check(s_config);

    [Fact]
    public void Every_signed_number_written_is_read_back() =>
        Prop.ForAll((long value, byte shift) =>
        {
            long number = value << (shift & 63);
            byte[] text = new byte[NumberWriter.Int64LengthMax];
            int length = NumberWriter.WriteSigned(text, number);
            return NumberReader.TryReadInt64(text.AsSpan(0, length), out long back) && back == number;
        }).Check(s_config);

    [Fact]
    public void Any_text_is_a_number_only_if_the_slow_reader_says_so() =>
        Prop.ForAll((byte[] token) =>
        {
            byte[] text = [.. token.Where(b => b is not ((byte)' ' or (byte)'\n')).Select(b => (byte)(b % 64))];
            text = [.. text.Where(b => b is not ((byte)' ' or (byte)'\n'))];
            bool read = NumberReader.TryReadUInt64(text, out ulong value);
            ulong? slow = SlowNumbers.Unsigned64(Bytes.Text(text));
            return read == slow.HasValue && (!read || value == slow);
        }).Check(s_config);

    [Fact]
    public void Every_binary_key_encoded_is_decoded_again() =>
        Prop.ForAll((byte[] bytes) =>
        {
            byte[] key = [.. bytes.Append((byte)1).Take(186)];
            byte[] text = new byte[KeyBase64.EncodedLengthMax];
            byte[] back = new byte[KeyBase64.DecodedLengthMax];
            int length = KeyBase64.Encode(key, text);
            return KeyBase64.TryDecode(text.AsSpan(0, length), back, out int decoded)
                && key.AsSpan().SequenceEqual(back.AsSpan(0, decoded));
        }).Check(s_config);

    [Fact]
    public void Every_storage_line_written_is_read_back() =>
        Prop.ForAll((uint flags, int exptime, NonNegativeInt valueLength) =>
        {
            byte[] line = new byte[TextRequestWriter.LineLengthMax];
            int length = TextRequestWriter.WriteStorageLine(
                line, TextCommand.Set, "key"u8, flags, exptime, valueLength.Get);
            return TextDescription.Read(line[..length])
                == $"{length}: Set key=key flags={flags} exp={exptime} len={valueLength.Get} cas=0";
        }).Check(s_config);
}
