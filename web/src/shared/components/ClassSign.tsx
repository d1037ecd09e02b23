import type { TicketClass } from "../generated/protocol";
import { say } from "../words/words";

const SHAPES: Record<TicketClass, string> = {
  normal: "M10 3a3.2 3.2 0 1 1 0 6.4A3.2 3.2 0 0 1 10 3zM4 17c0-3.6 2.6-6 6-6s6 2.4 6 6z",
  appointment: "M3 4h14v13H3zM3 8h14M7 2v4M13 2v4M7 12l2 2 4-4",
  elder: "M8.5 3a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM7 8h3l2 4h3M10 8v5l-3 5M15 10v8",
  disabled: "M9 2.5a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4zM9 6v6h5l2 5M9 9h4M7 9.5a4.5 4.5 0 1 0 6 6.5",
  pregnant: "M9 2.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM8 7.5v10M8 7.5c5 1 6 3.500 5 6-.6 1-2 1.500-5 1.500",
  soldier:
    "M10 2l2.300 4.900 5.400.6-4 3.700 1.100 5.300-4.800-2.700-4.800 2.700 1.100-5.300-4-3.700 5.400-.6z",
  green: "M3 16C3 8 9 4 17 4c0 8-5 13-12 12M3 18c2-5 5-8 9-10",
};

/** Why somebody goes before others: a sign and its words. */
export function ClassSign({ of, plain = false }: { of: TicketClass; plain?: boolean }) {
  if (of === "normal" && !plain) return null;
  return (
    <span class="class-sign" data-class={of}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <path d={SHAPES[of]} />
      </svg>
      {say(`class-${of}`)}
    </span>
  );
}
