import { useState } from "preact/hooks";
import { say } from "../../../shared/words/words";
import { layCard } from "../store";
import { CARD_FAULTS, type CardFault, type DeckCard, type Reader } from "../types";
import { DevicePanel } from "./DevicePanel";

/** Synthetic cards, of nobody: one press lays one on the reader, another takes it away. */
export function Readers({ readers }: { readers: Reader[] }) {
  const [at, setAt] = useState("");
  const [fault, setFault] = useState<CardFault | "">("");
  const reader = readers.find(({ name }) => name === at) ?? readers[0];
  if (!reader) return null;
  const lying = reader.deck.find(({ n }) => n === reader.card);
  return (
    <DevicePanel family="reader" device={reader}>
      <div class="deeds">
        {readers.length > 1 && (
          <select
            class="input"
            aria-label={say("reader-choice")}
            value={reader.name}
            onChange={(event) => setAt(event.currentTarget.value)}
          >
            {readers.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <select
          class="input"
          aria-label={say("card-fault")}
          value={fault}
          onChange={(event) => setFault(event.currentTarget.value as CardFault | "")}
        >
          <option value="">{say("fault-none")}</option>
          {CARD_FAULTS.map((name) => (
            <option key={name} value={name}>
              {say(`fault-${name}`)}
            </option>
          ))}
        </select>
      </div>
      <p class="reader-state" role="status">
        {lying ? say("card-lies", { name: lying.name }) : say("card-none")}
      </p>
      <ul class="deck">
        {reader.deck.map((card) => (
          <li key={card.n}>
            <CardButton
              card={card}
              lies={card.n === reader.card}
              onPress={() =>
                void layCard(reader.name, card.n === reader.card ? null : card.n, fault === "" ? null : fault)
              }
            />
          </li>
        ))}
      </ul>
    </DevicePanel>
  );
}

function CardButton({ card, lies, onPress }: { card: DeckCard; lies: boolean; onPress: () => void }) {
  return (
    <button type="button" class="id-card" data-card={card.n} aria-pressed={lies} onClick={onPress}>
      <span class="id-card-photo">
        <svg viewBox="0 0 20 24" aria-hidden="true">
          <path d="M10 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM2 23c0-6 3-9 8-9s8 3 8 9z" />
        </svg>
      </span>
      <strong>{card.name}</strong>
      <span class="id-card-number">{card.number}</span>
      <small>{say(`deck-${card.label}`)}</small>
      <em>{say(lies ? "card-take" : "card-lay")}</em>
    </button>
  );
}
