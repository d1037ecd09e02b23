import { say } from "../../../shared/words/words";

interface Props {
  /** Of the words: `name` itself, and `name-choice`. */
  name: string;
  choices: readonly string[];
  value: string;
  onChoice: (choice: string) => void;
}

/** One of several. */
export function Choice({ name, choices, value, onChoice }: Props) {
  return (
    <select
      class="input"
      data-choice={name}
      aria-label={say(`choice-${name}`)}
      value={value}
      onChange={(event) => onChoice(event.currentTarget.value)}
    >
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {say(`choice-${name}-${choice}`)}
        </option>
      ))}
    </select>
  );
}
