using Routing.Gateway.Api.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>Has the sounds that a configuration names.</summary>
internal interface ISoundSource
{
    /// <summary>The sound of the name, or what is wrong with it and what to do.</summary>
    (SoundFile? Sound, string Problem, string Remedy) Find(string name);
}
