using Routing.Gateway.Api.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>Sounds that came with the texts. No file of this machine is read for who sends a configuration over the network.</summary>
internal sealed class SentSounds(IReadOnlyList<SoundFile> sounds) : ISoundSource
{
    public (SoundFile? Sound, string Problem, string Remedy) Find(string name) =>
        sounds.FirstOrDefault(sound => sound.Name == name) is { } sound
            ? (sound, "", "")
            : (null, "was not sent with the configuration", "send it in 'sounds' with its bytes in base64; 'routing config apply' does");
}
