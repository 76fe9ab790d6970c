using Routing.Contracts.Configuration;
using SQLitePCL;

namespace Routing.Micro.Decisions;

/// <summary>The choice by queries over tables in memory: without indexes as mod_callcenter of FreeSWITCH has them, and makes the query for each waiting call at each tick; then with them.</summary>
internal sealed class SqlRouter : IDisposable
{
    private const string Agent = "SELECT agents.id FROM agents JOIN tiers ON tiers.agent = agents.id WHERE tiers.queue = ?1 AND tiers.level >= 3 AND agents.status = 'Available' "
        + "ORDER BY agents.idle_since LIMIT 1";

    private const string Call = "SELECT calls.id FROM calls JOIN tiers ON tiers.queue = calls.queue WHERE tiers.agent = ?1 AND tiers.level >= 3 AND calls.state = 'Waiting' "
        + "ORDER BY calls.arrived LIMIT 1";

    private readonly sqlite3 _database;
    private sqlite3_stmt _chooseAgent;
    private sqlite3_stmt _chooseCall;

    /// <param name="agents">Who are free.</param>
    /// <param name="queues">The queues of the calls that wait.</param>
    public SqlRouter(IReadOnlyList<AgentConfiguration> agents, int[] queues)
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open(":memory:", out _database));
        Execute("CREATE TABLE agents (id INTEGER, status TEXT, idle_since INTEGER); CREATE TABLE tiers (queue TEXT, agent INTEGER, level INTEGER); "
            + "CREATE TABLE calls (id INTEGER, queue TEXT, state TEXT, arrived INTEGER); BEGIN");
        for (int i = 0; i < agents.Count; i++)
        {
            Execute($"INSERT INTO agents VALUES ({i}, 'Available', {i * 7919 % agents.Count}); INSERT INTO calls VALUES ({i}, 'skill{queues[i]}', 'Waiting', {i * 7919 % agents.Count})");
            Execute($"INSERT INTO tiers VALUES {string.Join(',', agents[i].Skills.Select(skill => $"('{skill.Skill}', {i}, {skill.Level})"))}");
        }

        Execute("COMMIT");
        (_chooseAgent, _chooseCall) = (Prepare(Agent), Prepare(Call));
    }

    /// <summary>An index for each way into each table, and the statistics that the planner chooses by.</summary>
    public void AddIndexes()
    {
        Execute("CREATE UNIQUE INDEX agent ON agents (id, status, idle_since); CREATE INDEX idle ON agents (status, idle_since, id); CREATE INDEX by_queue ON tiers (queue, level, agent); "
            + "CREATE INDEX by_agent ON tiers (agent, queue, level); CREATE INDEX waiting ON calls (state, queue, arrived, id); CREATE INDEX oldest ON calls (state, arrived, queue, id); ANALYZE");
        _chooseAgent.Dispose();
        _chooseCall.Dispose();
        (_chooseAgent, _chooseCall) = (Prepare(Agent), Prepare(Call));
    }

    public long ChooseAgent(int skill)
    {
        Check(raw.sqlite3_bind_text(_chooseAgent, 1, $"skill{skill}"));
        return First(_chooseAgent);
    }

    public long ChooseCall(int agent)
    {
        Check(raw.sqlite3_bind_int(_chooseCall, 1, agent));
        return First(_chooseCall);
    }

    public void Dispose()
    {
        _chooseAgent.Dispose();
        _chooseCall.Dispose();
        _database.Dispose();
    }

    private long First(sqlite3_stmt query)
    {
        long found = raw.sqlite3_step(query) == raw.SQLITE_ROW ? raw.sqlite3_column_int64(query, 0) : -1;
        Check(raw.sqlite3_reset(query));
        return found;
    }

    private sqlite3_stmt Prepare(string query)
    {
        Check(raw.sqlite3_prepare_v2(_database, query, out sqlite3_stmt prepared));
        return prepared;
    }

    private void Execute(string statements) => Check(raw.sqlite3_exec(_database, statements));

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException(raw.sqlite3_errmsg(_database).utf8_to_string());
        }
    }
}
