interface Props<T extends string> {
  label: string;
  options: readonly { id: T; words: string }[];
  chosen: T | null;
  onChoose: (id: T) => void;
}

/** A few choices side by side, one of them in force. */
export function Tabs<T extends string>({ label, options, chosen, onChoose }: Props<T>) {
  return (
    <fieldset class="tabs">
      <legend class="unseen">{label}</legend>
      {options.map(({ id, words }) => (
        <button
          type="button"
          class="tab"
          key={id}
          data-tab={id}
          aria-pressed={chosen === id}
          onClick={() => onChoose(id)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}
