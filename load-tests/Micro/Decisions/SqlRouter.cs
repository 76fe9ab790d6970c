using Routing.Contracts.Configuration;
using Routing.Contracts.Views;
using SQLitePCL;

namespace Routing.Micro.Decisions;

/// <summary>The choice by a query over tables in memory without indexes, as mod_callcenter of FreeSWITCH makes it for each waiting call at each tick.</summary>
internal sealed class SqlRouter : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _choose;

    public SqlRouter(IReadOnlyList<AgentConfiguration> agents)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open(":memory:", out _database));
        Check(raw.sqlite3_exec(_database, "CREATE TABLE agents (name TEXT, status TEXT, idle_since INTEGER); CREATE TABLE tiers (queue TEXT, agent TEXT, level INTEGER); BEGIN"));
        for (int i = 0; i < agents.Count; i++)
        {
            Check(raw.sqlite3_exec(_database, $"INSERT INTO agents VALUES ('{agents[i].Id}', 'Available', {i * 7919 % agents.Count})"));
            foreach (SkillLevel skill in agents[i].Skills)
            {
                Check(raw.sqlite3_exec(_database, $"INSERT INTO tiers VALUES ('{skill.Skill}', '{agents[i].Id}', {skill.Level})"));
            }
        }

        Check(raw.sqlite3_exec(_database, "COMMIT"));
        Check(raw.sqlite3_prepare_v2(
            _database,
            "SELECT agents.idle_since FROM agents LEFT JOIN tiers ON agents.name = tiers.agent WHERE tiers.queue = ?1 AND tiers.level >= 3 AND agents.status = 'Available' "
            + "ORDER BY agents.idle_since LIMIT 1",
            out _choose));
    }

    public long Choose(int skill)
    {
        Check(raw.sqlite3_bind_text(_choose, 1, $"skill{skill}"));
        long found = raw.sqlite3_step(_choose) == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_choose, 0) : -1;
        Check(raw.sqlite3_reset(_choose));
        return found;
    }

    public void Dispose()
    {
        _choose.Dispose();
        _database.Dispose();
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException(raw.sqlite3_errmsg(_database).utf8_to_string());
        }
    }
}
