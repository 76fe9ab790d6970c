import type { ComponentChildren } from "preact";

/** A figure with its name. */
export function Figure({ name, children, tone }: { readonly name: string; readonly children: ComponentChildren; readonly tone?: string }) {
  return (
    <div class={`figure ${tone ?? ""}`}>
      <dd>{children}</dd>
      <dt>{name}</dt>
    </div>
  );
}
