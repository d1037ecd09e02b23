import type { Closed, KioskView, Sorry, Text } from "../../../shared/generated/protocol";
import { pick, say } from "../../../shared/words/words";
import { CardArt, Icon } from "../art";
import { Key } from "../Key";
import { hall, press } from "../store";
import { CardNote } from "./Welcome";

const hours = () => ({ opens: hall.value?.opens ?? "", closes: hall.value?.closes ?? "" });

export function ClosedScreen({ why, nearby }: { why: Closed; nearby: Text | null }) {
  const icon = why === "starting" || why === "hours" ? "clock" : "pause";
  return (
    <div class="message" data-why={why}>
      <Icon name={icon} />
      <h2>{say(`closed-${why}`)}</h2>
      <p>{say(`closed-${why}-detail`, hours())}</p>
      {nearby && why !== "hours" && why !== "starting" && (
        <p class="message-place">
          <Icon name="place" />
          {say("closed-nearby", { place: pick(nearby) })}
        </p>
      )}
    </div>
  );
}

export function SorryScreen({ why }: { why: Sorry }) {
  return (
    <div class="message" data-why={why}>
      <Icon name="warn" />
      <h2>{say(`sorry-${why}`)}</h2>
      <p>{say(`sorry-${why}-detail`, hours())}</p>
      <div class="number-keys">
        <Key name="back" onPress={() => press({ key: "back" })}>
          {say("choose-other")}
        </Key>
        <Key name="finish" kind="main" onPress={() => press({ key: "finish" })}>
          {say("finish")}
        </Key>
      </div>
    </div>
  );
}

export function NeedCard({ view, service }: { view: KioskView; service: Text }) {
  return (
    <div class="message">
      <CardArt />
      <p class="message-service">{pick(service)}</p>
      <h2>{say("need-card")}</h2>
      <NeedCardNote view={view} />
      <p class="message-place">
        <Icon name="help" />
        {say("need-card-other")}
      </p>
      <BackKey />
    </div>
  );
}

function NeedCardNote({ view }: { view: KioskView }) {
  if (view.card_reading) return <p class="reading">{say("card-reading")}</p>;
  if (view.card_trouble) return <CardNote why={view.card_trouble} />;
  return <p>{say("need-card-detail")}</p>;
}

export function Help() {
  return (
    <div class="message">
      <Icon name="people" />
      <h2>{say("help")}</h2>
      <p>{say("help-detail")}</p>
      <BackKey />
    </div>
  );
}

export function Appointment() {
  return (
    <div class="message">
      <Icon name="calendar" />
      <h2>{say("appointment")}</h2>
      <p>{say("appointment-detail")}</p>
      <BackKey />
    </div>
  );
}

function BackKey() {
  return (
    <div class="number-keys">
      <Key name="back" icon={<Icon name="back" />} onPress={() => press({ key: "back" })}>
        {say("back")}
      </Key>
    </div>
  );
}

/** The program behind the page is away. */
export function Lost() {
  return (
    <div class="cover" role="alert">
      <div class="cover-box">
        <Icon name="pause" />
        <h2>{say("lost-program")}</h2>
        <p>{say("lost-program-detail")}</p>
      </div>
    </div>
  );
}
