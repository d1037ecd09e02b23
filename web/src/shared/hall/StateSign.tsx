/** The sign of a window's state: each has its own shape, so that colour is never the only difference. */
import type { Window, WindowState } from "../generated/protocol";

export type ShownState = WindowState | "called";

/** A busy window whose visitor has been called but has not come yet is shown apart. */
export function shownState(window: Window): ShownState {
  return window.state === "busy" && window.ticket?.state === "called" ? "called" : window.state;
}

const SHAPES: Record<ShownState, string> = {
  busy: "M1 1h8v8H1z",
  called: "M1.5 0.5 9.5 5l-8 4.5z",
  idle: "M5 1a4 4 0 1 0 .001 0zM5 2.8a2.2 2.2 0 1 1-.001 0z",
  ready: "M5 1a4 4 0 1 0 .001 0z",
  paused: "M1.5 1h2.6v8H1.5zM5.9 1h2.6v8H5.9z",
  closed: "M1 4h8v2H1z",
};

export function StateSign({ state }: { state: ShownState }) {
  return (
    <svg class="sign" data-state={state} viewBox="0 0 10 10" aria-hidden="true">
      <path fill-rule="evenodd" d={SHAPES[state]} />
    </svg>
  );
}
