namespace Routing.Grains.Records;

/// <summary>How the value of a field is laid out: the four of Protocol Buffers' encoding that are still in use. Only varints and bytes are written.</summary>
internal static class WireType
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;
}
