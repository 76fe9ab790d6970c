namespace Routing.Silo.Diagnostics;

/// <summary>Something that does not keep a process from being ready and that an operator should look at: /readyz tells it.</summary>
internal interface IReadinessNote
{
    /// <summary>One line each; empty when all is well.</summary>
    IReadOnlyList<string> Notes { get; }
}
