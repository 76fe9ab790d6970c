namespace Routing.Sip.Sdp;

/// <summary>One line, "type=value", as it came.</summary>
public readonly record struct SdpLine(char Type, string Value)
{
    /// <summary>The name of an attribute line, "rtpmap" of "a=rtpmap:0 PCMU/8000"; null for other lines.</summary>
    public string? AttributeName
    {
        get
        {
            if (Type != 'a')
            {
                return null;
            }

            var colon = Value.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? Value : Value[..colon];
        }
    }

    /// <summary>What follows the colon of an attribute line; empty when there is none.</summary>
    public string AttributeValue =>
        Type == 'a' && Value.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? Value[(colon + 1)..] : "";

    public bool IsAttribute(string name) =>
        Type == 'a' && Value.StartsWith(name, StringComparison.Ordinal) && (Value.Length == name.Length || Value[name.Length] == ':');

    public override string ToString() => $"{Type}={Value}";
}
