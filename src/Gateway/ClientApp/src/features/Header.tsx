import { Chip } from "../components/Chip";
import { Figure } from "../components/Figure";
import type { Status } from "../lib/connection";
import type { State } from "../lib/state";
import { strings } from "../strings";

export function Header({ state, status }: { readonly state: State; readonly status: Status }) {
  const { domain, hints } = state;
  return (
    <header class="top">
      <div class="brand">
        <img src="/icon.svg" alt="" width="32" height="32" />
        <div>
          <h1>{strings.title}</h1>
          {domain !== undefined && (
            <p title={hints === undefined ? undefined : strings.version(hints.version)}>{strings.domain(domain.id)}</p>
          )}
        </div>
      </div>
      {domain !== undefined && (
        <dl class="totals" aria-label={strings.totals.heading}>
          <Figure name={strings.totals.waiting}>{domain.waiting}</Figure>
          <Figure name={strings.totals.talking}>{domain.talking}</Figure>
          <Figure name={strings.totals.answered}>{domain.answered}</Figure>
          <Figure name={strings.totals.abandoned}>{domain.abandoned}</Figure>
          <Figure name={strings.totals.other}>{domain.rejected + domain.failed + domain.overflowedOut + domain.announced}</Figure>
        </dl>
      )}
      <div role="status" class="connection">
        <ConnectionChip status={status} />
      </div>
    </header>
  );
}

function ConnectionChip({ status }: { readonly status: Status }) {
  switch (status.kind) {
    case "live":
      return <Chip tone="good">{strings.connection.live}</Chip>;
    case "lost":
      return <Chip tone="bad">{strings.connection.lost}</Chip>;
    case "connecting":
      return <Chip tone="quiet">{strings.connection.connecting}</Chip>;
    case "key-needed":
      return <Chip tone="warm">{strings.key.heading}</Chip>;
  }
}
