import { useEffect, useRef, useState } from "preact/hooks";
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
  const dialog = useRef<HTMLDialogElement>(null);
  const [detail, setDetail] = useState<CallDetail | null | "failed">();
  const live = state.calls.get(id);

  useEffect(() => dialog.current?.showModal(), []);

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
    <dialog ref={dialog} aria-labelledby="detail-heading" onClose={close} onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <div class="detail">
        <div class="row">
          <h2 id="detail-heading">{text.heading(caller)}</h2>
          <button type="button" onClick={() => dialog.current?.close()}>
            {text.close}
          </button>
        </div>
        {detail === undefined && <p class="empty">{text.loading}</p>}
        {detail === null && <p class="empty">{text.missing}</p>}
        {detail === "failed" && <p class="empty">{text.failed}</p>}
        {typeof detail === "object" && detail !== null && <Detail detail={detail} state={state} />}
      </div>
    </dialog>
  );
}

function whyItWaits(call: CallDetail["call"], state: State): string {
  const queue = call.queue === undefined ? undefined : state.queues.get(call.queue);
  if (queue === undefined) {
    return text.nobodyFree(call.queue ?? call.dnis);
  }

  return queue.readyAgents === 0 ? text.nobodyFree(queue.name) : text.otherCallsFirst(queue.name);
}

function Detail({ detail, state }: { readonly detail: CallDetail; readonly state: State }) {
  const { call } = detail;
  const name = (agent: string) => state.agents.get(agent)?.name ?? agent;
  const facts = [
    call.outcome === undefined ? strings.calls.columns[call.state] : strings.calls.outcome[call.outcome],
    `${text.dialled} ${call.dnis}`,
    `${text.wait} ${duration(call.waitMs)}`,
    ...(call.talkMs === undefined ? [] : [`${text.talk} ${duration(call.talkMs)}`]),
    ...(call.priority === 0 ? [] : [`${text.priority} ${call.priority}`]),
  ];
  return (
    <>
      <p class="muted">{facts.join(" · ")}</p>
      <h3>{call.state === "waiting" ? text.whyItWaits : text.offers}</h3>
      {call.state === "waiting" && <p>{whyItWaits(call, state)}</p>}
      {call.state !== "waiting" && detail.offers.length === 0 && <p class="empty">{text.noOffers}</p>}
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
