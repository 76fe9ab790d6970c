import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../components/Dialog";
import { Why } from "../components/Why";
import type { LiveConnection } from "../lib/connection";
import { duration, preciseClock } from "../lib/format";
import type { CallDetail } from "../lib/model";
import { callerOf, type State } from "../lib/state";
import { strings } from "../strings";

const text = strings.detail;

interface Props {
  readonly id: string;
  readonly state: State;
  readonly connection: LiveConnection;
  readonly close: () => void;
}

/** A call with its timeline and why; read again whenever the call changes. */
export function CallDialog({ id, state, connection, close }: Props) {
  const [detail, setDetail] = useState<CallDetail | null | "failed">();
  const live = state.calls.get(id);

  useEffect(() => {
    let current = true;
    connection.readCall(id).then(
      (read) => current && setDetail(read),
      () => current && setDetail((before) => before ?? "failed"),
    );
    return () => {
      current = false;
    };
  }, [id, live]);

  const caller = callerOf(live ?? (typeof detail === "object" && detail !== null ? detail.call : { ani: id }), strings.calls.withheld);
  return (
    <Dialog heading={text.heading(caller)} close={close}>
      {detail === undefined && <p class="empty">{text.loading}</p>}
      {detail === null && <p class="empty">{text.missing}</p>}
      {detail === "failed" && <p class="empty">{text.failed}</p>}
      {typeof detail === "object" && detail !== null && <Detail detail={detail} state={state} connection={connection} />}
    </Dialog>
  );
}

interface DetailProps {
  readonly detail: CallDetail;
  readonly state: State;
  readonly connection: LiveConnection;
}

function Detail({ detail, state, connection }: DetailProps) {
  const { call } = detail;
  const name = (agent: string) => state.agents.get(agent)?.name ?? agent;
  const waits = call.state === "waiting" || call.state === "ringing";
  const facts = [
    call.outcome === undefined ? strings.calls.columns[call.state] : strings.calls.outcome[call.outcome],
    `${text.dialled} ${call.dnis}`,
    `${text.wait} ${duration(call.waitMs)}`,
    ...(call.talkMs === undefined ? [] : [`${text.talk} ${duration(call.talkMs)}`]),
    ...(call.announcement === undefined ? [] : [text.announcement(call.announcement)]),
    ...(call.priority === 0 ? [] : [`${text.priority} ${call.priority}`]),
  ];
  const clock = (time: string) => preciseClock(new Date(time));
  const wanted = [
    ...(call.needs === undefined || call.ring === undefined || call.rings === undefined
      ? []
      : [call.rings === 1 ? text.needs(call.needs) : text.ring(call.ring, call.rings, call.needs)]),
    ...(call.nextRing === undefined ? [] : [text.nextRing(clock(call.nextRing))]),
    ...(call.preferredAgent === undefined
      ? []
      : [call.heldUntil === undefined ? text.preferred(name(call.preferredAgent)) : text.held(name(call.preferredAgent), clock(call.heldUntil))]),
  ];
  return (
    <>
      <p class="muted">{facts.join(" · ")}</p>
      {wanted.length > 0 && <p>{wanted.join(" · ")}</p>}
      {waits && <h3>{text.whyItWaits}</h3>}
      {waits && <Why ask={() => connection.explainCall(call.id)} about={detail} />}
      {(!waits || detail.offers.length > 0) && <h3>{text.offers}</h3>}
      {!waits && detail.offers.length === 0 && <p class="empty">{text.noOffers}</p>}
      {detail.offers.map((offer) => (
        <article key={offer.number} class="offer">
          <div class="row">
            <h4>{text.offer(offer.number, name(offer.agent))}</h4>
            <span class="muted small">{text.result[offer.result]}</span>
          </div>
          <p>{offer.why.text}</p>
          {offer.why.agents.length > 1 && (
            <table>
              <caption>{text.candidates}</caption>
              <thead>
                <tr>
                  <th scope="col">{strings.agents.heading}</th>
                  <th scope="col">{text.idle}</th>
                  <th scope="col">{text.skill}</th>
                </tr>
              </thead>
              <tbody>
                {offer.why.agents.map((candidate) => (
                  <tr key={candidate.agent} class={candidate.agent === offer.agent ? "chosen" : undefined}>
                    <th scope="row">{name(candidate.agent)}</th>
                    <td>{duration(candidate.idleMs)}</td>
                    <td>{candidate.skillSum}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </article>
      ))}
      <h3>{text.timeline}</h3>
      <ol class="timeline">
        {detail.timeline.map((step, index) => (
          <li key={index}>
            <time dateTime={step.at}>{preciseClock(new Date(step.at))}</time>
            <span>{step.text}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
