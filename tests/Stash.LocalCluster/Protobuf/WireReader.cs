namespace Stash.LocalCluster.Protobuf;

/// <summary>The fields of one protobuf message, one after the other.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Number of the field read last.</summary>
    public int Number { get; private set; }

    /// <summary>Its value where it is a varint or fixed.</summary>
    public ulong Scalar { get; private set; }

    /// <summary>Its bytes where it has a length.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Reads the next field; false at the end.</summary>
    /// <exception cref="FormatException">Not protobuf.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Number = (int)(tag >> 3);
        Bytes = [];
        Scalar = 0;
        switch (tag & 7)
        {
            case 0:
                Scalar = Varint();
                break;
            case 1:
                Scalar = BitConverter.ToUInt64(Take(8));
                break;
            case 2:
                Bytes = Take(checked((int)Varint()));
                break;
            case 5:
                Scalar = BitConverter.ToUInt32(Take(4));
                break;
            default:
                throw new FormatException("the protobuf body is malformed: unknown wire type");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new FormatException("the protobuf body is malformed: it ends too early");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("the protobuf body is malformed: a number is too long");
    }
}
