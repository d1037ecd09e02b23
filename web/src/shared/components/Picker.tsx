import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { finds } from "../words/pinyin";

export interface Choice {
  id: string;
  /** What is searched: every name it goes by. */
  names: readonly string[];
  /** How it is drawn. */
  view: ComponentChildren;
}

interface Props {
  label: string;
  hint?: string;
  choices: readonly Choice[];
  /** Said when nothing is found. */
  nothing: string;
  onPick: (id: string) => void;
  first?: boolean;
  chosen?: string | null;
}

/** Search and a list that keys walk through: arrows move, Enter takes, the mouse does both. */
export function Picker({ label, hint, choices, nothing, onPick, first = false, chosen = null }: Props) {
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const name = useId();
  const found = choices.filter((choice) => finds(wanted, choice.names));
  const active = Math.min(at, found.length - 1);

  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active, wanted]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, active + step)));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const choice = found[active];
      // A key that is held down would take the first thing it meets.
      if (choice && !event.repeat) onPick(choice.id);
    }
  };

  return (
    <div class="picker">
      <div class="field">
        <label for={`${name}-input`}>{label}</label>
        <input
          id={`${name}-input`}
          class="input"
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          placeholder={hint}
          value={wanted}
          aria-expanded="true"
          aria-controls={`${name}-list`}
          aria-activedescendant={found[active] ? `${name}-${active}` : undefined}
          data-first={first || undefined}
          onInput={(event) => {
            setWanted(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div class="picker-list" role="listbox" id={`${name}-list`} aria-label={label} ref={list}>
        {found.map((choice, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are read in the field above, which keeps the focus
          <div
            key={choice.id}
            class="picker-choice"
            role="option"
            tabIndex={-1}
            id={`${name}-${place}`}
            data-choice={choice.id}
            data-active={place === active}
            aria-selected={choice.id === chosen}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              setAt(place);
              onPick(choice.id);
            }}
          >
            {choice.view}
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="nothing">{nothing}</p>}
    </div>
  );
}
