interface Props {
  words: string;
  /** The plug is in, the door is shut: all is well. */
  on: boolean;
  onSwitch: (on: boolean) => void;
  id: string;
}

/** A plug: in or out, in words, shape and colour. */
export function Switch({ words, on, onSwitch, id }: Props) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      class="switch"
      data-switch={id}
      onClick={() => onSwitch(!on)}
    >
      <svg viewBox="0 0 36 20" aria-hidden="true">
        <rect x="1" y="1" width="34" height="18" rx="9" />
        {on ? <circle cx="26" cy="10" r="6" /> : <path d="M6 6l8 8M14 6l-8 8" />}
      </svg>
      {words}
    </button>
  );
}
