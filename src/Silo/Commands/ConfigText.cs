using System.Text.Json;

namespace Routing.Silo.Commands;

/// <summary>Answers about configurations as text for people.</summary>
internal static class ConfigText
{
    public static void Applied(ServerAnswer answer, TextWriter output)
    {
        bool dryRun = answer.Text("dryRun") == bool.TrueString;
        bool changed = answer.Text("changed") == bool.TrueString;
        string version = answer.Text("version");
        output.WriteLine((dryRun, changed) switch
        {
            (true, true) => $"Would change version {version}:",
            (false, true) => $"Version {version} is in force. Changed:",
            _ => $"Version {version} stays in force: it says the same.",
        });
        if (answer.Body.TryGetProperty("changes", out JsonElement changes))
        {
            WriteChanges(changes, output);
        }

        foreach (JsonElement warning in answer.List("warnings"))
        {
            output.WriteLine(Mistake(warning, "warning: "));
        }
    }

    public static void Versions(ServerAnswer answer, TextWriter output)
    {
        foreach (JsonElement version in answer.List("versions"))
        {
            output.WriteLine(Version(version, answer.Text("current")));
        }
    }

    public static void Show(ServerAnswer answer, TextWriter output)
    {
        JsonElement[] files = [.. answer.List("files")];
        output.WriteLine("# " + Version(answer.Body.GetProperty("version"), answer.Text("current")));
        if (files.Length == 0)
        {
            new ServerAnswer(answer.Status, answer.Body.GetProperty("configuration")).WriteJson(output);
        }

        foreach (JsonElement file in files)
        {
            output.WriteLine($"# file: {ServerAnswer.TextOf(file, "name")}");
            output.WriteLine(ServerAnswer.TextOf(file, "text").TrimEnd());
        }
    }

    public static string Mistake(JsonElement mistake, string kind)
    {
        string line = ServerAnswer.TextOf(mistake, "line");
        string place = line == "0" ? "" : $":{line}:{ServerAnswer.TextOf(mistake, "column")}";
        string remedy = ServerAnswer.TextOf(mistake, "remedy");
        return $"{ServerAnswer.TextOf(mistake, "file")}{place}: {kind}{ServerAnswer.TextOf(mistake, "problem")}{(remedy.Length > 0 ? "; " + remedy : "")}";
    }

    private static string Version(JsonElement version, string current)
    {
        string number = ServerAnswer.TextOf(version, "version");
        string copyOf = ServerAnswer.TextOf(version, "copyOf");
        string comment = ServerAnswer.TextOf(version, "comment");
        string actor = ServerAnswer.TextOf(version, "actor");
        return $"{number,4}  {ServerAnswer.TextOf(version, "at"),-24}  {ServerAnswer.TextOf(version, "origin")}{(copyOf.Length > 0 ? " to " + copyOf : "")}"
            + $"{(actor.Length > 0 ? " by " + actor : "")}{(comment.Length > 0 ? ": " + comment : "")}{(number == current ? "  (in force)" : "")}";
    }

    private static void WriteChanges(JsonElement changes, TextWriter output)
    {
        int shown = 0;
        foreach (JsonElement difference in ServerAnswer.ListOf(changes, "differences"))
        {
            output.WriteLine($"  {ServerAnswer.TextOf(difference, "where")}: {Difference(difference)}");
            shown++;
        }

        if (changes.GetProperty("differencesCount").GetInt32() is var all && all > shown)
        {
            output.WriteLine($"  … and {all - shown} more");
        }

        if (changes.GetProperty("waitingCallsCount").GetInt32() is var calls and > 0)
        {
            output.WriteLine($"  {(calls == 1 ? "1 waiting call gets" : $"{calls} waiting calls get")} other rules:");
        }

        foreach (JsonElement waiting in ServerAnswer.ListOf(changes, "waiting"))
        {
            output.WriteLine($"  calls waiting in {ServerAnswer.TextOf(waiting, "queue")}: {ServerAnswer.TextOf(waiting, "calls")} get the new {string.Join(", ", ServerAnswer.ListOf(waiting, "keys"))} at once");
        }

        foreach (JsonElement agent in ServerAnswer.ListOf(changes, "losing"))
        {
            output.WriteLine($"  agent {ServerAnswer.TextOf(agent, "agent")} may no longer serve {string.Join(", ", ServerAnswer.ListOf(agent, "queues"))}");
        }

        WriteMore(changes, "losing", "agents", output);
        foreach (JsonElement queue in ServerAnswer.ListOf(changes, "unserved"))
        {
            output.WriteLine($"  nobody can serve queue {queue.GetString()} any more");
        }

        WriteMore(changes, "unserved", "queues", output);
        foreach (JsonElement agent in ServerAnswer.ListOf(changes, "leaving"))
        {
            string state = ServerAnswer.TextOf(agent, "state");
            output.WriteLine($"  agent {ServerAnswer.TextOf(agent, "agent")} is {state} and leaves{(state == "talking" ? " after the call" : "")}");
        }

        WriteMore(changes, "leaving", "agents", output);
    }

    /// <summary>Answers list the first ones of many.</summary>
    private static void WriteMore(JsonElement changes, string list, string what, TextWriter output)
    {
        if (changes.GetProperty(list + "Count").GetInt32() - ServerAnswer.ListOf(changes, list).Count() is var more and > 0)
        {
            output.WriteLine($"  … and {more} more {what}");
        }
    }

    private static string Difference(JsonElement difference)
    {
        string kind = ServerAnswer.TextOf(difference, "kind");
        string from = ServerAnswer.TextOf(difference, "from");
        string to = ServerAnswer.TextOf(difference, "to");
        return (from.Length, to.Length) switch
        {
            (0, 0) => kind,
            (0, _) => $"{kind}, {to}",
            (_, 0) => $"{kind}, was {from}",
            _ => $"{from} → {to}",
        };
    }
}
