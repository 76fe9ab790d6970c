import type { ComponentChildren } from "preact";

/** A state in colour and words. */
export function Chip({ tone, children }: { readonly tone: string; readonly children: ComponentChildren }) {
  return (
    <span class={`chip ${tone}`}>
      <span class="dot" aria-hidden="true" />
      {children}
    </span>
  );
}
