namespace Routing.Sip.Transactions;

/// <summary>One row of a state table: the next state and what is done on the way.</summary>
internal readonly record struct TransactionStep<TState>(TState Next, TransactionActions Actions)
    where TState : struct, Enum;
