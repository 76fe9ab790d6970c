import { useEffect, useState } from "preact/hooks";
import type { Explanation } from "../lib/model";
import { strings } from "../strings";

const text = strings.why;

/** Asked again this often while it is shown: time passes although nothing changes. */
const repeatMs = 5_000;

interface Props {
  /** Asks the domain. */
  readonly ask: () => Promise<Explanation | null>;

  /** Asked again when it changes. */
  readonly about: unknown;
}

/** Why a call waits or an agent is idle, in the domain's words, as of now. */
export function Why({ ask, about }: Props) {
  const [answer, setAnswer] = useState<Explanation | null | "failed">();

  useEffect(() => {
    let current = true;
    const read = () =>
      void ask().then(
        (explanation) => current && setAnswer(explanation),
        () => current && setAnswer((before) => before ?? "failed"),
      );
    read();
    const timer = setInterval(read, repeatMs);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [about]);

  if (answer === undefined || answer === null || answer === "failed") {
    return <p class="empty">{answer === undefined ? text.loading : answer === null ? text.missing : text.failed}</p>;
  }

  return (
    <div class="why" aria-live="polite">
      <p>{answer.text}</p>
      <ul class="muted small">
        {answer.details.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
