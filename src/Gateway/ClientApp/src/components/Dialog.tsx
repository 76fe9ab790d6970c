import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { strings } from "../strings";

interface Props {
  readonly heading: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

/** A window over the page; Escape, the button and a click beside it close it. */
export function Dialog({ heading, close, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog ref={dialog} aria-labelledby="detail-heading" onClose={close} onClick={(event) => event.target === dialog.current && dialog.current?.close()}>
      <div class="detail">
        <div class="row">
          <h2 id="detail-heading">{heading}</h2>
          <button type="button" onClick={() => dialog.current?.close()}>
            {strings.detail.close}
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
