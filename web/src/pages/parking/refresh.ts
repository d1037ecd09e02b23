/** When a car park is looked at again: at once, and then no oftener than its pace; what comes meanwhile is one look later. */

/** Passages come several times a minute; nobody reads a table oftener. */
export const PACE_MS = 2000;

export interface Refresher {
  /** Something is new at this car park; what somebody did here himself is looked at without waiting. */
  wants(lot: string, atOnce?: boolean): void;
}

interface Turn {
  /** When it was last asked for. */
  askedMs: number;
  /** The next look has its time. */
  planned: ReturnType<typeof setTimeout> | null;
  /** An answer is awaited. */
  asking: boolean;
  /** Something has come since. */
  again: boolean;
}

/** `ask` gets a car park and ends when its answer is shown or has failed; it never throws. */
export function createRefresher(
  ask: (lot: string) => Promise<void>,
  nowMs: () => number = () => performance.now(),
): Refresher {
  const turns = new Map<string, Turn>();

  const look = async (lot: string, turn: Turn) => {
    Object.assign(turn, { askedMs: nowMs(), planned: null, asking: true, again: false });
    await ask(lot);
    turn.asking = false;
    if (turn.again) plan(lot, turn);
  };

  const plan = (lot: string, turn: Turn) => {
    const wait = turn.askedMs + PACE_MS - nowMs();
    if (wait <= 0) void look(lot, turn);
    else turn.planned = setTimeout(() => void look(lot, turn), wait);
  };

  return {
    wants(lot, atOnce = false) {
      const turn = turns.get(lot) ?? {
        askedMs: Number.NEGATIVE_INFINITY,
        planned: null,
        asking: false,
        again: false,
      };
      turns.set(lot, turn);
      if (turn.asking) turn.again = true;
      else if (atOnce) {
        if (turn.planned !== null) clearTimeout(turn.planned);
        void look(lot, turn);
      } else if (turn.planned === null) plan(lot, turn);
    },
  };
}
