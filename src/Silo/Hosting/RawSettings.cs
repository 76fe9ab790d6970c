namespace Routing.Silo.Hosting;

/// <summary>Settings as texts, from one source. What it does not say is null.</summary>
internal sealed record RawSettings
{
    public IReadOnlyList<string>? Sip { get; init; }

    public IReadOnlyList<string>? Advertise { get; init; }

    public string? RtpPorts { get; init; }

    public IReadOnlyList<string>? Limits { get; init; }

    public string? Http { get; init; }

    public string? Data { get; init; }

    public IReadOnlyList<string>? Config { get; init; }

    public string? Role { get; init; }

    public string? Store { get; init; }

    public string? Name { get; init; }

    public string? Link { get; init; }

    public string? LinkAdvertise { get; init; }

    public IReadOnlyList<string>? Silos { get; init; }

    public string? ClusterKey { get; init; }

    public string? ClusterSip { get; init; }

    public string? Upgrade { get; init; }

    /// <summary>This source, completed by a weaker one; limits one by one.</summary>
    public RawSettings Or(RawSettings weaker) => new()
    {
        Sip = Sip ?? weaker.Sip,
        Advertise = Advertise ?? weaker.Advertise,
        RtpPorts = RtpPorts ?? weaker.RtpPorts,
        Limits = Limits is null || weaker.Limits is null ? Limits ?? weaker.Limits : [.. weaker.Limits, .. Limits],
        Http = Http ?? weaker.Http,
        Data = Data ?? weaker.Data,
        Config = Config ?? weaker.Config,
        Role = Role ?? weaker.Role,
        Store = Store ?? weaker.Store,
        Name = Name ?? weaker.Name,
        Link = Link ?? weaker.Link,
        LinkAdvertise = LinkAdvertise ?? weaker.LinkAdvertise,
        Silos = Silos ?? weaker.Silos,
        ClusterKey = ClusterKey ?? weaker.ClusterKey,
        ClusterSip = ClusterSip ?? weaker.ClusterSip,
        Upgrade = Upgrade ?? weaker.Upgrade,
    };
}
