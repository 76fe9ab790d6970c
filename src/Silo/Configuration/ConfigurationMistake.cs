namespace Routing.Silo.Configuration;

/// <summary>Something wrong in a configuration file. Lines and columns count from 1; 0 when the mistake has no place.</summary>
internal sealed record ConfigurationMistake(string File, long Line, long Column, string Problem, string Remedy)
{
    /// <summary>The same with the word "warning" after the place.</summary>
    public string AsWarning() => (this with { Problem = "warning: " + Problem }).ToString();

    /// <summary><c>file:line:column: what is wrong; what to do</c>, as compilers and editors write it.</summary>
    public override string ToString() => (Line, Remedy.Length) switch
    {
        (0, 0) => $"{File}: {Problem}",
        (0, _) => $"{File}: {Problem}; {Remedy}",
        (_, 0) => $"{File}:{Line}:{Column}: {Problem}",
        _ => $"{File}:{Line}:{Column}: {Problem}; {Remedy}",
    };
}
