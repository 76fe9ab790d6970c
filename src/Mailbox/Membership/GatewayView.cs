namespace Routing.Mailbox.Membership;

/// <summary>A gateway that some silo has seen within <see cref="RememberedMs"/>.</summary>
/// <param name="Name">Of its process.</param>
/// <param name="Level">The highest format level that it knew then.</param>
/// <param name="Silo">Who saw it last, by name.</param>
/// <param name="SeenForMs">How long ago, milliseconds by the database's clock; silos note who is connected every 10 s.</param>
public sealed record GatewayView(string Name, int Level, string Silo, long SeenForMs)
{
    /// <summary>Who is away for longer is not waited for: it was taken out of service, or is told when it comes that it is too old.</summary>
    public const long RememberedMs = 3_600_000;
}
