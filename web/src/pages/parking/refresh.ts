/** When a car park is looked at again: at once, and then no oftener than its pace; what comes meanwhile is one look later. */

/** Passages come several times a minute; nobody reads a table oftener. */
export const PACE_MS = 2000;

export interface Refresher {
  /** Something is new at this car park. */
  wants(lot: string): void;
}

interface Turn {
  /** When it was last asked for. */
  askedMs: number;
  /** An answer is awaited, or the next look has its time. */
  busy: boolean;
  /** Something has come since. */
  again: boolean;
}

/** `ask` gets a car park and ends when its answer is shown or has failed; it never throws. */
export function createRefresher(
  ask: (lot: string) => Promise<void>,
  nowMs: () => number = () => performance.now(),
): Refresher {
  const turns = new Map<string, Turn>();

  const look = (lot: string, turn: Turn) => {
    turn.busy = true;
    const wait = Math.max(0, turn.askedMs + PACE_MS - nowMs());
    const begin = async () => {
      Object.assign(turn, { askedMs: nowMs(), again: false });
      await ask(lot);
      turn.busy = false;
      if (turn.again) look(lot, turn);
    };
    if (wait === 0) void begin();
    else setTimeout(() => void begin(), wait);
  };

  return {
    wants(lot) {
      const turn = turns.get(lot) ?? { askedMs: Number.NEGATIVE_INFINITY, busy: false, again: false };
      turns.set(lot, turn);
      if (turn.busy) turn.again = true;
      else look(lot, turn);
    },
  };
}
