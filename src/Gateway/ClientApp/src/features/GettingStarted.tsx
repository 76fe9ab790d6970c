import type { Hints } from "../lib/model";
import { strings } from "../strings";

const text = strings.hints;

/** What to try when there has been no call yet. */
export function GettingStarted({ hints }: { readonly hints: Hints }) {
  return (
    <section class="card start" aria-labelledby="start-heading">
      <h2 id="start-heading">{text.heading}</h2>
      <ol>
        <li>
          <strong>{text.phone}</strong>
          <p>{hints.demo ? text.phoneText(hints.sipUsers.join(", ")) : text.phoneTextNoDemo}</p>
          {hints.sipAddresses.length > 0 && <p class="muted">{text.at(hints.sipAddresses.join(", "), hints.realm)}</p>}
        </li>
        <li>
          <strong>{text.call}</strong>
          <p>
            {text.callText}{" "}
            {hints.numbers.slice(0, 8).map((number) => (
              <code key={number}>{hints.sipAddresses[0] === undefined ? number : `sip:${number}@${hints.sipAddresses[0]}`}</code>
            ))}
          </p>
        </li>
        <li>{text.watch}</li>
      </ol>
    </section>
  );
}
