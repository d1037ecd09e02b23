import type { CardTrouble, KioskView } from "../../../shared/generated/protocol";
import { say } from "../../../shared/words/words";
import { CardArt, Icon } from "../art";
import { Key } from "../Key";
import { Parking } from "../Parking";
import { press } from "../store";

export function Welcome({ view }: { view: KioskView }) {
  const reads = view.reader !== "gone";
  return (
    <div class="welcome">
      <section class="welcome-card" data-reads={reads}>
        <CardArt />
        <h2>{say(reads ? "welcome" : "welcome-no-reader")}</h2>
        <div role="alert" class="welcome-note">
          <WelcomeNote view={view} reads={reads} />
        </div>
      </section>
      <Parking live={view.online} />
      <div class="welcome-keys">
        <Key
          name="no-card"
          icon={<Icon name="card" />}
          note={say("key-no-card-note")}
          onPress={() => press({ key: "no-card" })}
        >
          {say("key-no-card")}
        </Key>
        <Key
          name="appointment"
          icon={<Icon name="calendar" />}
          note={say("key-appointment-note")}
          onPress={() => press({ key: "appointment" })}
        >
          {say("key-appointment")}
        </Key>
      </div>
    </div>
  );
}

function WelcomeNote({ view, reads }: { view: KioskView; reads: boolean }) {
  if (!reads) return <p>{say("welcome-no-reader-detail")}</p>;
  if (view.card_reading) return <p class="reading">{say("card-reading")}</p>;
  if (view.card_trouble) return <CardNote why={view.card_trouble} />;
  if (view.card_on) return <p>{say("take-card-away")}</p>;
  return (
    <>
      <p>{say("welcome-detail")}</p>
      {view.scanner && view.scanner !== "gone" && (
        <p class="welcome-scan">
          <Icon name="scan" />
          {say("welcome-scan")}
        </p>
      )}
    </>
  );
}

export function CardNote({ why }: { why: CardTrouble }) {
  return (
    <p class="trouble">
      <Icon name="warn" />
      {say(`card-${why}`)}
    </p>
  );
}
