namespace Routing.EndToEnd.Phones;

internal sealed record BaresipOptions
{
    public required string User { get; init; }

    /// <summary>Of the phone; its SIP port is 5060.</summary>
    public required string Address { get; init; }

    /// <summary>HOST:PORT of the server under test.</summary>
    public required string Server { get; init; }

    /// <summary>Null: it does not register.</summary>
    public string? Password { get; init; }

    /// <summary>What the other side hears.</summary>
    public double ToneHz { get; init; } = 880;

    public bool AnswersByItself { get; init; }

    /// <summary>udp or tcp.</summary>
    public string Transport { get; init; } = "udp";
}
