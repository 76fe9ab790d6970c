namespace Routing.Silo.Hosting;

/// <summary>Settings as texts, from one source. What it does not say is null.</summary>
internal sealed record RawSettings
{
    public IReadOnlyList<string>? Sip { get; init; }

    public string? Http { get; init; }

    public string? Data { get; init; }

    public string? Config { get; init; }

    public string? Role { get; init; }

    public string? Store { get; init; }

    /// <summary>This source, completed by a weaker one.</summary>
    public RawSettings Or(RawSettings weaker) => new()
    {
        Sip = Sip ?? weaker.Sip,
        Http = Http ?? weaker.Http,
        Data = Data ?? weaker.Data,
        Config = Config ?? weaker.Config,
        Role = Role ?? weaker.Role,
        Store = Store ?? weaker.Store,
    };
}
