namespace Routing.Mailbox.Tests.Remote;

/// <summary>A silo of a <see cref="SiloStage{TSilo}"/>, with what lives and dies with it.</summary>
internal interface IStagedSilo : IDisposable
{
    MoveSilo Silo { get; }

    /// <summary>Begins another life, when it is dead.</summary>
    void Start();

    void Kill();
}
